// From checked units to one program.
//
// Functions are lowered one by one; strings, wrappers and kernel operations get their numbers as they are met.
// Addresses are assigned when all globals are known, and the image is made last, because the values of labels in
// static tables depend on the finished functions.

import { finishFunction, labelValue } from "../ir/finish.js";
import { assemble, type FunctionPart } from "../ir/parts.js";
import type { Instr, Program } from "../ir/program.js";
import { MAX_BLOCKS } from "../ir/verify.js";
import type { CheckedUnit, Label } from "../sema/tree.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { buildImage, numberInitialisers, placeGlobals } from "./image.js";
import { Linker, type LowerOptions } from "./link.js";
import { Answers, Questions } from "./relink.js";
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
  const answers = common === undefined ? null : new Answers(common, linker);
  const functions: (FunctionPart | number)[] = [];
  const symbols = new Map<number, string>();
  const labels = new Map<Label, number>();
  let siteCount = 0;
  const addOwn = (part: FunctionPart): void => {
    siteCount += part.sites.length;
    functions.push(part);
  };
  const addCommon = (index: number, symbol: string): void => {
    const { fn, sites } = common!.stock.functions[index]!;
    if (fn.symbol !== symbol) symbols.set(functions.length, symbol);
    siteCount += sites.length;
    functions.push(index);
  };
  // Lowering a function, or numbering what static data points at, may ask for further functions of the library.
  const lowerAsked = () => {
    while (functions.length < linker.functions.length) {
      const index = functions.length;
      const next = linker.functions[index]!;
      if ("made" in next) {
        const fn = next.made;
        const draft = {
          fn,
          whats: [fn.name],
          pointers: new Set<number>(),
          labels: [],
          owned: [],
          lent: new Map(),
          handedOver: new Set<Instr>(),
        };
        addOwn({ fn, sites: finishFunction(draft, index, siteCount) });
        continue;
      }
      const { unit, fn, symbol } = next;
      const definition = fn.definition!;
      const known = common?.known(definition) ?? null;
      if (known !== null && answers!.ask(known, unit)) {
        for (const [label, value] of known.labels) labels.set(label, value);
        addCommon(known.index, symbol);
        continue;
      }
      const reported = sink.all.length;
      const isCommon = common?.has(definition) === true;
      const names = isCommon ? new Questions(linker, common!) : linker;
      const lowered = new FunctionLowering(names, unit, definition).lower(symbol);
      const sites = finishFunction(lowered, index, siteCount);
      if (lowered.fn.blocks.length > MAX_BLOCKS) {
        sink.error(unit.tokens.span(fn.at), `function '${fn.name}' is too large`);
      }
      const values = [...lowered.labelNumbers].map(
        ([label, i]) => [label, labelValue(lowered.labels, i)] as const,
      );
      for (const [label, value] of values) labels.set(label, value);
      const part = { fn: lowered.fn, sites };
      if (!(names instanceof Questions) || sink.all.length > reported) {
        addOwn(part);
        continue;
      }
      answers!.note(names);
      addCommon(common!.keep(definition, part, siteCount, values, names), symbol);
    }
  };
  lowerAsked();
  for (let numbered = 0; numbered < linker.globals.length; ) {
    numbered = numberInitialisers(linker, numbered);
    lowerAsked();
  }
  const sections = placeGlobals(linker.globals);
  const aliases: [string, number][] = [];
  for (const { name, fn } of linker.aliases) {
    const at = linker.indexOf(fn);
    if (at >= 0) aliases.push([name, at]);
  }
  const program = assemble({
    stock: common?.stock ?? null,
    functions,
    symbols,
    aliases,
    answers: answers?.all ?? new Int32Array(0),
    locNumbers: linker.commonLocs(),
    locs: linker.locs,
    globals: linker.globals.map(({ variable }) => variable),
    image: buildImage(linker, sections, labels),
    kernelOps: linker.kernelOps,
    constructors: linker.byPriority((fn) => fn.startPriority),
    destructors: linker.byPriority((fn) => fn.endPriority).reverse(),
    files: linker.files,
  });
  return { program, diagnostics: sink.all.slice(before) };
}
