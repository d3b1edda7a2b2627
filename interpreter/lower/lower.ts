// From checked units to one program.
//
// Functions are lowered one by one; strings, wrappers and kernel operations get their numbers as they are met.
// Addresses are assigned when all globals are known, and the image is made last, because the values of labels in
// static tables depend on the finished functions.

import { finishFunction, labelValue } from "../ir/finish.js";
import type { Instr, IrFunction, Program, Site } from "../ir/program.js";
import { MAX_BLOCKS } from "../ir/verify.js";
import type { CheckedUnit, Label } from "../sema/tree.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { buildImage, numberInitialisers, placeGlobals } from "./image.js";
import { Linker, type LowerOptions } from "./link.js";
import { Questions } from "./relink.js";
import { FunctionLowering } from "./statements.js";

export interface Lowered {
  /** To be run only if no error was reported. */
  readonly program: Program;
  /** What lowering itself found: undefined references, what we cannot do. Also in the sink. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Links the units and lowers them. They must be free of errors. */
export function lower(units: CheckedUnit | readonly CheckedUnit[], options: LowerOptions): Lowered {
  const { sink, common } = options;
  const before = sink.all.length;
  const all = Array.isArray(units) ? (units as readonly CheckedUnit[]) : [units as CheckedUnit];
  const linker = new Linker(all, options);
  const functions: IrFunction[] = [];
  const sites: Site[] = [];
  const labels = new Map<Label, number>();
  // Lowering a function, or numbering what static data points at, may ask for further functions of the library.
  const lowerAsked = () => {
    while (functions.length < linker.functions.length) {
      const next = linker.functions[functions.length]!;
      if ("made" in next) {
        const draft = {
          fn: next.made,
          whats: [next.made.name],
          labels: [],
          owned: [],
          lent: new Map(),
          handedOver: new Set<Instr>(),
        };
        finishFunction(draft, functions.length, sites);
        functions.push(next.made);
        continue;
      }
      const { unit, fn, symbol } = next;
      const definition = fn.definition!;
      const index = functions.length;
      const known = common?.relink(definition, linker, unit, symbol, index, sites) ?? null;
      if (known !== null) {
        for (const [label, value] of known.labels) labels.set(label, value);
        functions.push(known.fn);
        continue;
      }
      const reported = sink.all.length;
      const firstSite = sites.length;
      const names = common === undefined ? linker : new Questions(linker);
      const lowered = new FunctionLowering(names, unit, definition).lower(symbol);
      finishFunction(lowered, index, sites);
      if (lowered.fn.blocks.length > MAX_BLOCKS) {
        sink.error(unit.tokens.span(fn.at), `function '${fn.name}' is too large`);
      }
      const values = [...lowered.labelNumbers].map(
        ([label, i]) => [label, labelValue(lowered.labels, i)] as const,
      );
      for (const [label, value] of values) labels.set(label, value);
      functions.push(lowered.fn);
      if (names instanceof Questions && sink.all.length === reported) {
        const made = { fn: lowered.fn, index, sites: sites.slice(firstSite), firstSite, labels: values };
        common!.keep(definition, { ...made, questions: names.all });
      }
    }
  };
  lowerAsked();
  for (let numbered = 0; numbered < linker.globals.length; ) {
    numbered = numberInitialisers(linker, numbered);
    lowerAsked();
  }
  const sections = placeGlobals(linker.globals);
  const program: Program = {
    functions,
    functionIndex: indexFunctions(functions, linker),
    globals: linker.globals.map(({ variable }) => variable),
    image: buildImage(linker, sections, labels),
    kernelOps: linker.kernelOps,
    constructors: linker.byPriority((fn) => fn.startPriority),
    destructors: linker.byPriority((fn) => fn.endPriority).reverse(),
    files: linker.files,
    locs: linker.locs,
    sites,
  };
  return { program, diagnostics: sink.all.slice(before) };
}

function indexFunctions(functions: readonly IrFunction[], linker: Linker): Record<string, number> {
  // Without a prototype: a function may be called "constructor".
  const index: Record<string, number> = Object.create(null);
  functions.forEach((fn, i) => {
    index[fn.symbol] = i;
  });
  for (const { name, fn } of linker.aliases) {
    const at = linker.indexOf(fn);
    if (at >= 0 && index[name] === undefined) index[name] = at;
  }
  return index;
}
