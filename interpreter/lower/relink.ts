// Functions that were lowered for one program, made ready for another that has them too.
//
// Comes in: the declarations that many units begin with are the same objects in all of them (CheckedHead). Goes out:
// what lowering such a function anew would give. The hard thing is that a lowered function names functions, globals,
// kernel operations and places by the numbers of its program, and that those follow from the order in which lowering
// asks the linker for them. So the questions are kept, in their order: asked again of another program's linker they
// bring about the same numbers as lowering would, and the answers say what each old number has become.

import type { Instr, IrFunction, Site } from "../ir/program.js";
import type {
  CheckedUnit,
  FunctionDefinition,
  FunctionSymbol,
  Label,
  ObjectSymbol,
  StringLiteral,
} from "../sema/tree.js";
import type { Callee, Linker } from "./link.js";

/** What lowering a function asks the linker. */
export type Names = Pick<
  Linker,
  | "callee"
  | "functionAddress"
  | "helper"
  | "global"
  | "string"
  | "bytes"
  | "loc"
  | "handlesFaults"
  | "isLibrary"
  | "options"
>;

/** Asks again, and says whether the answer is of the same kind. */
type Question = (linker: Names, unit: CheckedUnit, numbers: Numbers) => boolean;

/** What numbers of one program have become in another. */
class Numbers {
  readonly functions = new Map<number, number>();
  readonly globals = new Map<number, number>();
  readonly kernelOps = new Map<number, number>();
  readonly locs = new Map<number, number>([[-1, -1]]);
  isSame = true;

  /** Notes an answer; -1 is no number and stays so. */
  note(numbers: Map<number, number>, before: number, now: number): boolean {
    numbers.set(before, now);
    if (before !== now) this.isSame = false;
    return before < 0 === now < 0;
  }
}

/** The linker, with an ear for what is asked of it. */
export class Questions implements Names {
  readonly all: Question[] = [];
  readonly options: Linker["options"];
  readonly #places = new Set<number>();

  constructor(readonly linker: Linker) {
    this.options = linker.options;
  }

  callee(unit: CheckedUnit, fn: FunctionSymbol, at: number): Callee | null {
    const before = this.linker.callee(unit, fn, at);
    this.all.push((linker, other, numbers) => {
      const now = linker.callee(other, fn, at);
      if (now?.kind !== before?.kind) return false;
      if (now?.kind === "function" && before?.kind === "function")
        return numbers.note(numbers.functions, before.index, now.index);
      return now?.kind !== "kop" || before?.kind !== "kop"
        ? true
        : numbers.note(numbers.kernelOps, before.index, now.index);
    });
    return before;
  }

  functionAddress(unit: CheckedUnit, fn: FunctionSymbol, at: number): number {
    const before = this.linker.functionAddress(unit, fn, at);
    this.all.push((linker, other, numbers) =>
      numbers.note(numbers.functions, before, linker.functionAddress(other, fn, at)),
    );
    return before;
  }

  helper(name: string): number {
    const before = this.linker.helper(name);
    this.all.push((linker, _other, numbers) => numbers.note(numbers.functions, before, linker.helper(name)));
    return before;
  }

  get handlesFaults(): boolean {
    const before = this.linker.handlesFaults;
    this.all.push((linker) => linker.handlesFaults === before);
    return before;
  }

  isLibrary(unit: CheckedUnit): boolean {
    return this.linker.isLibrary(unit);
  }

  global(unit: CheckedUnit, object: ObjectSymbol, at: number): number {
    const before = this.linker.global(unit, object, at);
    this.all.push((linker, other, numbers) =>
      numbers.note(numbers.globals, before, linker.global(other, object, at)),
    );
    return before;
  }

  string(unit: CheckedUnit, literal: StringLiteral): number {
    const before = this.linker.string(unit, literal);
    this.all.push((linker, other, numbers) =>
      numbers.note(numbers.globals, before, linker.string(other, literal)),
    );
    return before;
  }

  bytes(unit: CheckedUnit, bytes: Uint8Array): number {
    const before = this.linker.bytes(unit, bytes);
    this.all.push((linker, other, numbers) =>
      numbers.note(numbers.globals, before, linker.bytes(other, bytes)),
    );
    return before;
  }

  loc(unit: CheckedUnit, at: number): number {
    const before = this.linker.loc(unit, at);
    if (at >= 0 && !this.#places.has(at)) {
      this.#places.add(at);
      this.all.push((linker, other, numbers) => numbers.note(numbers.locs, before, linker.loc(other, at)));
    }
    return before;
  }
}

/** A finished function, and how it came about. */
interface Known {
  readonly fn: IrFunction;
  readonly index: number;
  readonly sites: readonly Site[];
  /** Number of the first of them. */
  readonly firstSite: number;
  readonly labels: readonly (readonly [Label, number])[];
  readonly questions: readonly Question[];
}

/** The functions of common declarations that have been lowered. */
export class LoweredHead {
  readonly #known = new WeakMap<FunctionDefinition, Known>();

  keep(definition: FunctionDefinition, known: Known): void {
    this.#known.set(definition, known);
  }

  /** The function as number `index` of another program; null if it has to be lowered. */
  relink(
    definition: FunctionDefinition,
    linker: Linker,
    unit: CheckedUnit,
    symbol: string,
    index: number,
    sites: Site[],
  ): Pick<Known, "fn" | "labels"> | null {
    const known = this.#known.get(definition);
    if (known === undefined) return null;
    const numbers = new Numbers();
    for (const question of known.questions) if (!question(linker, unit, numbers)) return null;
    const { fn, labels, firstSite } = known;
    const first = sites.length;
    if (numbers.isSame && fn.symbol === symbol && known.index === index && firstSite === first) {
      for (const site of known.sites) sites.push(site);
      return { fn, labels };
    }
    for (const site of known.sites) sites.push({ ...site, fn: index, loc: numbers.locs.get(site.loc)! });
    const moved = {
      ...fn,
      symbol,
      slots: fn.slots.map((slot) => ({ ...slot, loc: numbers.locs.get(slot.loc)! })),
      blocks: fn.blocks.map((block) => block.map((instr) => renumbered(instr, numbers, first - firstSite))),
      loc: numbers.locs.get(fn.loc)!,
    };
    return { fn: moved, labels };
  }
}

function renumbered(instr: Instr, numbers: Numbers, siteShift: number): Instr {
  const made = { ...instr, loc: numbers.locs.get(instr.loc)! };
  if (made.site >= 0) made.site += siteShift;
  if (made.op === "call" || made.op === "addr.func") made.imm = numbers.functions.get(made.imm)!;
  else if (made.op === "kop") made.imm = numbers.kernelOps.get(made.imm)!;
  else if (made.op === "addr.global") made.immHi = numbers.globals.get(made.immHi)!;
  return made;
}
