// A program in parts: what many programs have in common, and what one of them has to itself.
//
// Comes in: functions and places that programs have in common (the stock), and for each program how it has numbered
// them. Goes out: the program, whose functions are only made when somebody looks at them; and messages, for those who
// are sent many programs that have much in common: each is sent of the stock what it has not got yet.
// The hard thing is that operations name functions, globals, kernel operations and places by numbers of their program.
// In the stock they name them by questions; the program's parts say what the answer to each question is.

import type { GlobalVar, Image, Instr, IrFunction, Loc, Program, Site } from "./program.js";

/** A function and its sites. `Instr.site` counts from the first of them, `Site.fn` says nothing yet. */
export interface FunctionPart {
  readonly fn: IrFunction;
  readonly sites: readonly Site[];
}

/** What programs have in common. It only grows. */
export interface Stock {
  readonly functions: FunctionPart[];
  /** With the file's number in the program that first had the place. */
  readonly locs: Loc[];
  /** By place: which of the paths is its file's. */
  readonly fileOfLoc: number[];
  readonly paths: string[];
}

export function emptyStock(): Stock {
  return { functions: [], locs: [], fileOfLoc: [], paths: [] };
}

/** Set in the answer to a question that is the number of a kernel operation. */
export const KERNEL_OP = 1 << 30;

/** One program. */
export interface ProgramParts {
  /** Null where all functions and places are the program's own. */
  readonly stock: Stock | null;
  /** In the order of their numbers; one of the stock by its number there. */
  readonly functions: readonly (FunctionPart | number)[];
  /** Names of functions where they differ from those that the stock has, by the number of the function. */
  readonly symbols: ReadonlyMap<number, string>;
  /** Further names of functions. */
  readonly aliases: readonly (readonly [name: string, fn: number])[];
  /** What each question of the stock's functions has for an answer in this program. */
  readonly answers: Int32Array;
  /** The number of each of the stock's places in this program; below 0: it has none. */
  readonly locNumbers: Int32Array;
  /** The program's own places: they have the other numbers. */
  readonly locs: readonly Loc[];
  readonly globals: GlobalVar[];
  readonly image: Image;
  readonly kernelOps: string[];
  readonly constructors: number[];
  readonly destructors: number[];
  readonly files: string[];
}

/** From which parts a program was made. */
const partsOf = new WeakMap<Program, ProgramParts>();

/** The program; its functions, sites and places are made when they are first asked for. */
export function assemble(parts: ProgramParts): Program {
  const { globals, image, kernelOps, constructors, destructors, files } = parts;
  const program: Program = {
    get functions() {
      return keep(program, "functions", functionsOf(parts));
    },
    functionIndex: indexOf(parts),
    globals,
    image,
    kernelOps,
    constructors,
    destructors,
    files,
    get locs() {
      return keep(program, "locs", locsOf(parts));
    },
    get sites() {
      return keep(program, "sites", sitesOf(parts));
    },
  };
  partsOf.set(program, parts);
  return program;
}

function keep<T>(program: Program, name: keyof Program, value: T): T {
  Object.defineProperty(program, name, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

function partOf({ stock, functions }: ProgramParts, index: number): FunctionPart {
  const part = functions[index]!;
  return typeof part === "number" ? stock!.functions[part]! : part;
}

function indexOf(parts: ProgramParts): Record<string, number> {
  // Without a prototype: a function may be called "constructor".
  const index: Record<string, number> = Object.create(null);
  parts.functions.forEach((_, i) => {
    index[parts.symbols.get(i) ?? partOf(parts, i).fn.symbol] = i;
  });
  for (const [name, fn] of parts.aliases) index[name] ??= fn;
  return index;
}

function functionsOf(parts: ProgramParts): IrFunction[] {
  let firstSite = 0;
  return parts.functions.map((part, i) => {
    const { fn, sites } = partOf(parts, i);
    const first = firstSite;
    firstSite += sites.length;
    if (typeof part !== "number") return fn;
    const { answers, locNumbers } = parts;
    return {
      ...fn,
      symbol: parts.symbols.get(i) ?? fn.symbol,
      slots: fn.slots.map((slot) => ({ ...slot, loc: numberOf(locNumbers, slot.loc) })),
      blocks: fn.blocks.map((block) => block.map((instr) => numbered(instr, answers, locNumbers, first))),
      loc: numberOf(locNumbers, fn.loc),
    };
  });
}

function numberOf(locNumbers: Int32Array, loc: number): number {
  return loc < 0 ? loc : locNumbers[loc]!;
}

function numbered(instr: Instr, answers: Int32Array, locNumbers: Int32Array, firstSite: number): Instr {
  const { op, dst, a, b, c, args, targets, cases, flags, loc } = instr;
  let { imm, immHi, site } = instr;
  if (op === "call" || op === "addr.func") imm = answers[imm]!;
  else if (op === "kop") imm = answers[imm]! ^ KERNEL_OP;
  else if (op === "addr.global") immHi = answers[immHi]!;
  if (site >= 0) site += firstSite;
  // Spelt out, as in makeInstr().
  return { op, dst, a, b, c, imm, immHi, args, targets, cases, flags, loc: numberOf(locNumbers, loc), site };
}

function sitesOf(parts: ProgramParts): Site[] {
  const sites: Site[] = [];
  const { locNumbers } = parts;
  parts.functions.forEach((part, fn) => {
    const isOwn = typeof part !== "number";
    for (const { block, index, loc, what, isPointer, dead } of partOf(parts, fn).sites) {
      sites.push({ fn, block, index, loc: isOwn ? loc : numberOf(locNumbers, loc), what, isPointer, dead });
    }
  });
  return sites;
}

function locsOf({ stock, locNumbers, locs, files }: ProgramParts): Loc[] {
  const all: (Loc | undefined)[] = [];
  if (stock !== null) {
    const fileNumbers = stock.paths.map((path) => files.indexOf(path));
    let count = locs.length;
    for (let i = 0; i < locNumbers.length; i++) if (locNumbers[i]! >= 0) count++;
    for (let i = 0; i < count; i++) all.push(undefined);
    for (let i = 0; i < locNumbers.length; i++) {
      if (locNumbers[i]! < 0) continue;
      const loc = stock.locs[i]!;
      const file = fileNumbers[stock.fileOfLoc[i]!]!;
      all[locNumbers[i]!] = loc.file === file ? loc : { ...loc, file };
    }
  }
  let at = 0;
  for (const loc of locs) {
    while (all[at] !== undefined) at++;
    all[at] = loc;
  }
  return all as Loc[];
}

// --------------------------------------------------------------------------------------------------- messages

/** How much of a stock somebody has. */
interface Sent {
  readonly id: number;
  functions: number;
  locs: number;
  paths: number;
}

/** A program as it is sent: plain data. */
export type ProgramMessage =
  | { readonly whole: Program }
  | {
      readonly parts: Omit<ProgramParts, "stock">;
      /** Number of the stock, and what is new in it; null: there is none. */
      readonly stock: { readonly id: number; readonly news: Stock } | null;
    };

/** One who sends programs to another. */
export class ProgramSender {
  readonly #sent = new Map<Stock, Sent>();

  message(program: Program): ProgramMessage {
    const known = partsOf.get(program);
    if (known === undefined) return { whole: program };
    const { stock, ...parts } = known;
    if (stock === null) return { parts, stock: null };
    let sent = this.#sent.get(stock);
    if (sent === undefined) {
      sent = { id: this.#sent.size, functions: 0, locs: 0, paths: 0 };
      this.#sent.set(stock, sent);
    }
    const { functions, locs, fileOfLoc, paths } = stock;
    const news = {
      functions: functions.slice(sent.functions),
      locs: locs.slice(sent.locs),
      fileOfLoc: fileOfLoc.slice(sent.locs),
      paths: paths.slice(sent.paths),
    };
    sent.functions = functions.length;
    sent.locs = locs.length;
    sent.paths = paths.length;
    return { parts, stock: { id: sent.id, news } };
  }
}

/** The other one: it has to receive every message, in their order. */
export class ProgramReceiver {
  readonly #stocks = new Map<number, Stock>();

  program(message: ProgramMessage): Program {
    if ("whole" in message) return message.whole;
    const { parts } = message;
    if (message.stock === null) return assemble({ ...parts, stock: null });
    const { id, news } = message.stock;
    const stock = this.#stocks.get(id) ?? emptyStock();
    this.#stocks.set(id, stock);
    stock.functions.push(...news.functions);
    for (const loc of news.locs) stock.locs.push(loc);
    for (const file of news.fileOfLoc) stock.fileOfLoc.push(file);
    stock.paths.push(...news.paths);
    return assemble({ ...parts, stock });
  }
}
