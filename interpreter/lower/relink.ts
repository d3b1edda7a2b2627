// Functions that are lowered once for all programs that have them.
//
// Comes in: the declarations that many units begin with are the same objects in all of them (CheckedHead). Goes out:
// what lowering such a function anew would give. The hard thing is that a lowered function names functions, globals,
// kernel operations and places by the numbers of its program, and that those follow from the order in which lowering
// asks the linker for them. So the questions are kept, in their order: asked again of another program's linker they
// bring about the same numbers as lowering would, and what the function names are questions (ir/parts.ts).

import { emptyStock, type FunctionPart, KERNEL_OP, type Stock } from "../ir/parts.js";
import type { Loc } from "../ir/program.js";
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

type Kind = "callee" | "address" | "helper" | "global" | "string" | "bytes";

interface Question {
  readonly kind: Kind;
  ask(linker: Names, unit: CheckedUnit): number;
}

/** Answers that are no numbers. */
const NOBODY = -1;
const UNASKED = -2;
const UNDEFINED = -3;

function answerOf(callee: Callee | null): number {
  if (callee === null) return UNDEFINED;
  if (callee.kind === "null") return NOBODY;
  return callee.kind === "kop" ? callee.index | KERNEL_OP : callee.index;
}

/** Answers of one kind lead to the same operations. */
function kindOf(answer: number): number {
  return answer < 0 ? answer : answer & KERNEL_OP;
}

/** The linker, with an ear for what is asked of it. */
export class Questions implements Names {
  readonly options: Linker["options"];
  /** A question twice its number; a place twice its number and 1. Each once, in the order in which they were first asked. */
  readonly asked: number[] = [];
  readonly answers: number[] = [];
  /** What had to do with signals was asked, and this was the answer. */
  faults: boolean | null = null;
  readonly #known = new Set<number>();

  constructor(
    readonly linker: Linker,
    readonly head: LoweredHead,
  ) {
    this.options = linker.options;
  }

  #note(ask: number, answer: number): void {
    if (this.#known.has(ask)) return;
    this.#known.add(ask);
    this.asked.push(ask);
    this.answers.push(answer);
  }

  #question(kind: Kind, about: unknown, answer: number, ask: Question["ask"]): void {
    this.#note(2 * this.head.question(kind, about, ask), answer);
  }

  callee(unit: CheckedUnit, fn: FunctionSymbol, at: number): Callee | null {
    const callee = this.linker.callee(unit, fn, at);
    this.#question("callee", fn, answerOf(callee), (linker, other) => answerOf(linker.callee(other, fn, at)));
    return callee;
  }

  functionAddress(unit: CheckedUnit, fn: FunctionSymbol, at: number): number {
    const number = this.linker.functionAddress(unit, fn, at);
    this.#question("address", fn, number, (linker, other) => linker.functionAddress(other, fn, at));
    return number;
  }

  helper(name: string): number {
    const number = this.linker.helper(name);
    this.#question("helper", name, number, (linker) => linker.helper(name));
    return number;
  }

  get handlesFaults(): boolean {
    this.faults = this.linker.handlesFaults;
    return this.faults;
  }

  isLibrary(unit: CheckedUnit): boolean {
    return this.linker.isLibrary(unit);
  }

  global(unit: CheckedUnit, object: ObjectSymbol, at: number): number {
    const number = this.linker.global(unit, object, at);
    this.#question("global", object, number, (linker, other) => linker.global(other, object, at));
    return number;
  }

  string(unit: CheckedUnit, literal: StringLiteral): number {
    const number = this.linker.string(unit, literal);
    this.#question("string", literal, number, (linker, other) => linker.string(other, literal));
    return number;
  }

  bytes(unit: CheckedUnit, bytes: Uint8Array): number {
    const number = this.linker.bytes(unit, bytes);
    this.#question("bytes", bytes, number, (linker, other) => linker.bytes(other, bytes));
    return number;
  }

  loc(unit: CheckedUnit, at: number): number {
    const number = this.linker.loc(unit, at);
    if (at >= 0) this.#note(2 * this.head.placeOf(at) + 1, number);
    return number;
  }
}

/** A function of the stock, and how to come by the numbers that it needs. */
interface Known {
  readonly index: number;
  readonly labels: readonly (readonly [Label, number])[];
  readonly asked: Int32Array;
  /** The kinds of the answers to them. */
  readonly kinds: Int32Array;
  readonly faults: boolean | null;
  /** Questions whose answers are one number. */
  readonly same: readonly (readonly [number, number])[];
}

/** Where a token is shown, in all programs that begin so. */
export interface CommonPlace extends Omit<Loc, "file"> {
  readonly path: string;
  /** Tokens of one key are shown at one place. */
  readonly key: number;
}

/** The functions of common declarations that have been lowered. */
export class LoweredHead {
  readonly stock: Stock = emptyStock();
  readonly questions: Question[] = [];
  readonly #numbers = new Map<Kind, Map<unknown, number>>();
  readonly #known = new WeakMap<FunctionDefinition, Known>();
  /** By token: number of its place plus 1. */
  readonly #placeOfToken: Int32Array;
  readonly #placeOfKey = new Map<number, number>();
  readonly #paths = new Map<string, number>();

  /** `tokens`: how many of them the common declarations are. */
  constructor(readonly tokens: number) {
    this.#placeOfToken = new Int32Array(tokens);
  }

  /** The number of a question. */
  question(kind: Kind, about: unknown, ask: Question["ask"]): number {
    let numbers = this.#numbers.get(kind);
    if (numbers === undefined) {
      numbers = new Map();
      this.#numbers.set(kind, numbers);
    }
    let number = numbers.get(about);
    if (number === undefined) {
      number = this.questions.push({ kind, ask }) - 1;
      numbers.set(about, number);
    }
    return number;
  }

  /** The number of the place of a token, or -1 if none has been given to it. */
  placeOf(at: number): number {
    return this.#placeOfToken[at]! - 1;
  }

  placeOfKey(key: number): number | undefined {
    return this.#placeOfKey.get(key);
  }

  /** Gives a token its place; `file` is the number of its file in the program at hand. */
  setPlace(at: number, { key, path, line, column, macro }: CommonPlace, file: number): number {
    let place = this.#placeOfKey.get(key);
    if (place === undefined) {
      let known = this.#paths.get(path);
      if (known === undefined) {
        known = this.stock.paths.push(path) - 1;
        this.#paths.set(path, known);
      }
      place = this.stock.locs.push({ file, line, column, macro }) - 1;
      this.stock.fileOfLoc.push(known);
      this.#placeOfKey.set(key, place);
    }
    this.#placeOfToken[at] = place + 1;
    return place;
  }

  /** Is it one of the common declarations? */
  has({ end }: FunctionDefinition): boolean {
    return end >= 0 && end < this.tokens;
  }

  /**
   * Takes a function that was lowered for a program, with its first site as number `firstSite` there, into the stock.
   * Returns its number in the stock.
   */
  keep(
    definition: FunctionDefinition,
    part: FunctionPart,
    firstSite: number,
    labels: Known["labels"],
    { asked, answers, faults }: Questions,
  ): number {
    const same: [number, number][] = [];
    const by: Asked = { functions: new Map(), globals: new Map(), places: new Map() };
    asked.forEach((ask, i) => {
      const answer = answers[i]!;
      const number = ask >> 1;
      if ((ask & 1) === 1) {
        by.places.set(answer, number);
      } else if (answer >= 0) {
        const questions = GLOBALS.has(this.questions[number]!.kind) ? by.globals : by.functions;
        const other = questions.get(answer);
        if (other === undefined) questions.set(answer, number);
        else same.push([other, number]);
      }
    });
    nameByQuestions(part, firstSite, by);
    const index = this.stock.functions.push(part) - 1;
    const kinds = Int32Array.from(answers, kindOf);
    this.#known.set(definition, { index, labels, asked: Int32Array.from(asked), kinds, faults, same });
    return index;
  }

  known(definition: FunctionDefinition): Known | null {
    return this.#known.get(definition) ?? null;
  }
}

const GLOBALS: ReadonlySet<Kind> = new Set(["global", "string", "bytes"]);

/** Questions by their answers, and places by their numbers. */
interface Asked {
  readonly functions: Map<number, number>;
  readonly globals: Map<number, number>;
  readonly places: Map<number, number>;
}

function nameByQuestions(
  { fn, sites }: FunctionPart,
  firstSite: number,
  { functions, globals, places }: Asked,
): void {
  const place = (loc: number): number => (loc < 0 ? loc : places.get(loc)!);
  for (const block of fn.blocks) {
    for (const instr of block) {
      instr.loc = place(instr.loc);
      if (instr.site >= 0) instr.site -= firstSite;
      if (instr.op === "call" || instr.op === "addr.func") instr.imm = functions.get(instr.imm)!;
      else if (instr.op === "kop") instr.imm = functions.get(instr.imm | KERNEL_OP)!;
      else if (instr.op === "addr.global") instr.immHi = globals.get(instr.immHi)!;
    }
  }
  for (const slot of fn.slots) slot.loc = place(slot.loc);
  for (const site of sites) site.loc = place(site.loc);
  fn.loc = place(fn.loc);
}

/** The answers of one program. */
export class Answers {
  #answers: Int32Array;

  constructor(
    readonly head: LoweredHead,
    readonly linker: Linker,
  ) {
    this.#answers = new Int32Array(head.questions.length + 64).fill(UNASKED);
  }

  get all(): Int32Array {
    return this.#answers.slice(0, this.head.questions.length);
  }

  /** Asks what lowering the function would ask. Is what comes of it the function of the stock? */
  ask({ asked, kinds, faults, same }: Known, unit: CheckedUnit): boolean {
    const { linker } = this;
    if (faults !== null && linker.handlesFaults !== faults) return false;
    for (let i = 0; i < asked.length; i++) {
      const ask = asked[i]!;
      if ((ask & 1) === 1) linker.commonLoc(ask >> 1);
      else if (kindOf(this.#answer(ask >> 1, unit)) !== kinds[i]) return false;
    }
    const answers = this.#answers;
    return same.every(([one, other]) => answers[one] === answers[other]);
  }

  #answer(question: number, unit: CheckedUnit): number {
    if (question >= this.#answers.length) this.#grow();
    let answer = this.#answers[question]!;
    if (answer === UNASKED) {
      answer = this.head.questions[question]!.ask(this.linker, unit);
      this.#answers[question] = answer;
    }
    return answer;
  }

  /** What has just been asked for a function that was lowered. */
  note({ asked, answers }: Questions): void {
    while (this.#answers.length < this.head.questions.length) this.#grow();
    asked.forEach((ask, i) => {
      if ((ask & 1) === 0) this.#answers[ask >> 1] = answers[i]!;
    });
  }

  #grow(): void {
    const wider = new Int32Array(2 * this.#answers.length + this.head.questions.length).fill(UNASKED);
    wider.set(this.#answers);
    this.#answers = wider;
  }
}
