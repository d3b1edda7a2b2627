// The linker: numbers functions, globals, strings, kernel operations and places for the whole program, and says
// which definition a name means.
//
// In: checked units. Lowering asks for a number wherever the C names something; what nobody asks for is not in the
// program, except that what other units could name is always there. A function without a definition is a kernel
// operation if the caller's list has its name; where such a one is used as a value, a small function round it is made.
// What is left is looked for in the library: of its units only what is asked for is taken, so the list of functions
// grows while they are lowered.

import { makeInstr } from "../ir/graph.js";
import type { GlobalVar, Instr, IrFunction, Loc, RegType, Shape } from "../ir/program.js";
import { alignOf, sizeOf } from "../sema/layout.js";
import type { CheckedUnit, FunctionSymbol, ObjectSymbol, StringLiteral } from "../sema/tree.js";
import { type CType, type FunctionType, Qual } from "../sema/types.js";
import type { DiagnosticSink } from "../source/diagnostic.js";
import type { FileTable } from "../source/file.js";
import type { OriginTable } from "../source/origin.js";
import type { CommonPlace, LoweredHead } from "./relink.js";
import { shapeOf } from "./shapes.js";
import { isInMemory, regTypeOf } from "./values.js";

export interface LowerOptions {
  /** Names of functions that the machine provides. */
  readonly kernelOps: readonly string[];
  readonly files: FileTable;
  readonly sink: DiagnosticSink;
  /** Units that give what nobody else defines. */
  readonly library?: readonly LibraryUnit[];
  /** -finstrument-functions: each function tells when it begins and ends. */
  readonly instrument?: boolean;
  /** Functions that were lowered for other programs, if these have declarations in common with this one. */
  readonly common?: LoweredHead;
}

/** A checked unit with the tables that its positions belong to. */
export interface LibraryUnit {
  readonly unit: CheckedUnit;
  readonly files: FileTable;
  readonly origins: OriginTable;
}

/** How a function is called on this machine. */
export interface Signature {
  /** Register types, hidden ones included: [address of the result,] parameters [, address of variable arguments]. */
  readonly params: readonly RegType[];
  /** The result is a record, or too wide for a register: its address is the first parameter. */
  readonly returnsRecord: boolean;
  readonly result: RegType | null;
  /** Number of named parameters. */
  readonly named: number;
  readonly variadic: boolean;
}

export type Callee =
  | {
      readonly kind: "function";
      readonly index: number;
      readonly signature: Signature;
      readonly countsArguments: boolean;
    }
  | { readonly kind: "kop"; readonly index: number }
  /** Weak and never defined: its address is null. */
  | { readonly kind: "null" };

/** A global, with what makes its initial contents. */
export interface GlobalEntry {
  readonly variable: GlobalVar;
  readonly unit: CheckedUnit;
  readonly object: ObjectSymbol | null;
  /** Contents of a constant without a name. */
  readonly bytes: Uint8Array | null;
}

/** A function of the program by its number: to be lowered, or made here round a kernel operation used as a value. */
export type LinkedFunction =
  | { readonly unit: CheckedUnit; readonly fn: FunctionSymbol; readonly symbol: string }
  | { readonly made: IrFunction };

export class Linker {
  readonly functions: LinkedFunction[] = [];
  readonly globals: GlobalEntry[] = [];
  readonly kernelOps: string[] = [];
  /** But for those that the program has in common with others. */
  readonly locs: Loc[] = [];
  #locCount = 0;
  /** By place of the common declarations: its number here plus 1. */
  #commonLocs = new Int32Array(0);
  /** Which of the common declarations' files have a number. */
  readonly #commonFiles: boolean[] = [];
  readonly files: string[] = [];
  /** Names that lead to a function besides its symbol. */
  readonly aliases: { name: string; fn: FunctionSymbol }[] = [];

  readonly #functionNumber = new Map<FunctionSymbol, number>();
  readonly #definitions = new Map<string, FunctionSymbol>();
  readonly #objects = new Map<string, ObjectSymbol>();
  readonly #objectNumber = new Map<ObjectSymbol, number>();
  readonly #stringNumber = new Map<string, number>();
  readonly #thunkNumber = new Map<string, number>();
  readonly #known: ReadonlySet<string>;
  readonly #reported = new Set<string>();
  readonly #fileNumber = new Map<string, number>();
  /** By table of files. */
  readonly #locNumber = new Map<FileTable, Map<number, number>>();
  readonly #libraryTables = new Map<CheckedUnit, LibraryUnit>();
  readonly #libraryFunctions = new Map<string, FunctionSymbol>();
  readonly #libraryObjects = new Map<string, ObjectSymbol>();
  /** Where each symbol of the library belongs. */
  readonly #libraryUnit = new Map<FunctionSymbol | ObjectSymbol, CheckedUnit>();
  readonly #symbols = new Map<string, number>();
  /** By token, from the first that is not common: number of its place plus 1. */
  readonly #locOfToken = new Map<CheckedUnit, Int32Array>();
  readonly #shapes = new Map<object, Shape>();
  /** The program may have a handler for SIGFPE. */
  readonly handlesFaults: boolean;

  constructor(
    units: readonly CheckedUnit[],
    readonly options: LowerOptions,
  ) {
    this.#known = new Set(options.kernelOps);
    this.handlesFaults = units.some(({ functions }) => functions.some(installsHandlers));
    for (const library of options.library ?? []) this.#offer(library);
    for (const unit of units) {
      for (const fn of unit.functions) {
        if (fn.definition !== null && fn.linkage === "external" && !fn.inlineOnly) this.#define(unit, fn);
        if (fn.alias !== null) this.aliases.push({ name: linkName(fn), fn });
      }
    }
    for (const unit of units) {
      for (const fn of unit.functions) {
        if (fn.definition === null || !fn.used || this.#definition(fn) !== fn) continue;
        this.#addFunction(unit, fn);
      }
      for (const object of unit.objects) {
        if (object.alias !== null) this.#objects.set(linkName(object), aliased(object));
        if (!object.defined) continue;
        if (object.linkage === "external") {
          const other = this.#objects.get(linkName(object));
          if (other !== undefined && !object.weak) this.#multiple(unit, object);
          if (other === undefined || other.weak) this.#objects.set(linkName(object), object);
        }
      }
    }
    for (const unit of units) {
      for (const object of unit.objects) {
        if (!object.defined || !(object.used || object.linkage === "external")) continue;
        if (object.linkage === "external" && this.#objects.get(linkName(object)) !== object) continue;
        this.#addObject(unit, object);
      }
    }
  }

  #addFunction(unit: CheckedUnit, fn: FunctionSymbol): number {
    const count = this.#symbols.get(fn.name) ?? 0;
    this.#symbols.set(fn.name, count + 1);
    this.#functionNumber.set(fn, this.functions.length);
    const symbol = count === 0 ? fn.name : `${fn.name}#${count + 1}`;
    return this.functions.push({ unit, fn, symbol }) - 1;
  }

  #offer(library: LibraryUnit): void {
    const { unit } = library;
    this.#libraryTables.set(unit, library);
    for (const fn of unit.functions) {
      if (fn.definition === null) continue;
      this.#libraryUnit.set(fn, unit);
      if (fn.linkage === "external") this.#libraryFunctions.set(linkName(fn), fn);
    }
    for (const object of unit.objects) {
      if (!object.defined) continue;
      this.#libraryUnit.set(object, unit);
      if (object.linkage === "external") this.#libraryObjects.set(linkName(object), object);
    }
  }

  #define(unit: CheckedUnit, fn: FunctionSymbol): void {
    const name = linkName(fn);
    const other = this.#definitions.get(name);
    if (other !== undefined && !fn.weak && !other.weak) this.#multiple(unit, fn);
    if (other === undefined || other.weak) this.#definitions.set(name, fn);
  }

  #multiple(unit: CheckedUnit, symbol: FunctionSymbol | ObjectSymbol): void {
    this.options.sink.error(unit.tokens.span(symbol.at), `multiple definition of '${symbol.name}'`);
  }

  // ------------------------------------------------------------------------------------------------- functions

  /** The symbol whose body a use of `fn` means; itself where there is none. */
  #definition(fn: FunctionSymbol): FunctionSymbol {
    let at = fn;
    while (at.alias !== null) at = at.alias;
    if (at.linkage !== "external") return at;
    const name = linkName(at);
    return this.#definitions.get(name) ?? (this.#known.has(name) ? at : this.#fromLibrary(at, name));
  }

  #fromLibrary(fn: FunctionSymbol, name: string): FunctionSymbol {
    return fn.definition === null ? (this.#libraryFunctions.get(name) ?? fn) : fn;
  }

  /** Number of a function with a body; one of the library gets its number when it is first asked for. */
  #numberOf(target: FunctionSymbol): number | undefined {
    const known = this.#functionNumber.get(target);
    if (known !== undefined) return known;
    const unit = this.#libraryUnit.get(target);
    return unit === undefined ? undefined : this.#addFunction(unit, target);
  }

  /** Number of the function with a body that `fn` means, or -1. */
  indexOf(fn: FunctionSymbol): number {
    return this.#functionNumber.get(this.#definition(fn)) ?? -1;
  }

  /** What calling `fn` means. An undefined one is reported where it is used, once, and gives null. */
  callee(unit: CheckedUnit, fn: FunctionSymbol, at: number): Callee | null {
    const target = this.#definition(fn);
    const index = this.#numberOf(target);
    if (index !== undefined) {
      return {
        kind: "function",
        index,
        signature: signatureOf(target),
        countsArguments: target.passesArguments,
      };
    }
    const name = linkName(fn);
    if (this.#known.has(name)) return { kind: "kop", index: this.#kernelOp(name) };
    if (fn.weak) return { kind: "null" };
    this.#undefined(unit, fn.name, at);
    return null;
  }

  /** Number of the function whose address `&fn` is; -1 for a null address. */
  functionAddress(unit: CheckedUnit, fn: FunctionSymbol, at: number): number {
    const callee = this.callee(unit, fn, at);
    if (callee === null || callee.kind === "null") return -1;
    if (callee.kind === "function" && callee.countsArguments) {
      const text = `'${fn.name}' passes its arguments on with __builtin_va_arg_pack() and cannot be called through a pointer`;
      this.options.sink.error(unit.tokens.span(Math.max(0, at)), text);
    }
    return callee.kind === "function" ? callee.index : this.#thunk(unit, fn, callee.index);
  }

  /** Number of a function that the compiler calls by itself; -1 where nobody defines it. */
  helper(name: string): number {
    const fn = this.#definitions.get(name) ?? this.#libraryFunctions.get(name);
    return fn === undefined ? -1 : (this.#numberOf(fn) ?? -1);
  }

  /** A function of the C library: it is not the program's own. */
  isLibrary(unit: CheckedUnit): boolean {
    return this.#libraryTables.has(unit);
  }

  /** The functions with a priority, the lowest first; of equal ones in the order of their definition. */
  byPriority(of: (fn: FunctionSymbol) => number | null): number[] {
    const found: { index: number; priority: number }[] = [];
    this.functions.forEach((entry, index) => {
      const priority = "fn" in entry ? of(entry.fn) : null;
      if (priority !== null) found.push({ index, priority });
    });
    return found.sort((a, b) => a.priority - b.priority || a.index - b.index).map(({ index }) => index);
  }

  #kernelOp(name: string): number {
    const index = this.kernelOps.indexOf(name);
    return index >= 0 ? index : this.kernelOps.push(name) - 1;
  }

  #undefined(unit: CheckedUnit, name: string, at: number): void {
    if (this.#reported.has(name)) return;
    this.#reported.add(name);
    if (this.#libraryTables.has(unit)) throw new Error(`the library needs '${name}'`);
    const span = unit.tokens.span(Math.max(0, at));
    this.options.sink.error(span, `undefined reference to '${name}'`);
  }

  /** A function that does nothing but the kernel operation, so that it has an address. */
  #thunk(unit: CheckedUnit, fn: FunctionSymbol, kop: number): number {
    const name = linkName(fn);
    const known = this.#thunkNumber.get(name);
    if (known !== undefined) return known;
    const signature = signatureOfType(fn.type);
    const regs = [...signature.params];
    const result = signature.result;
    const dst = result === null ? -1 : regs.push(result) - 1;
    const loc = this.loc(unit, fn.at);
    // Draft sites name texts; a wrapper has one, its own name.
    const body: Instr[] = [
      makeInstr("kop", { dst, imm: kop, args: signature.params.map((_, i) => i), loc, site: 0 }),
      makeInstr("ret", { a: dst, loc }),
    ];
    const made: IrFunction = {
      name,
      symbol: name,
      params: [...signature.params],
      variadic: signature.variadic,
      result,
      regs,
      regNames: regs.map(() => null),
      slots: [],
      localSize: 0,
      blocks: [body],
      loc,
      isStatic: false,
      isInline: false,
      noreturn: fn.noreturn,
    };
    const index = this.functions.push({ made }) - 1;
    this.#thunkNumber.set(name, index);
    return index;
  }

  // --------------------------------------------------------------------------------------------------- globals

  /** Number of a variable of static storage; -1 for a weak one that nobody defines. Undefined ones are reported. */
  global(unit: CheckedUnit, object: ObjectSymbol, at: number): number {
    const named = aliased(object);
    const target = named.linkage === "external" ? this.#objectOf(named) : named;
    const known = this.#objectNumber.get(target);
    if (known !== undefined) return known;
    if (target.defined) return this.#addObject(this.#libraryUnit.get(target) ?? unit, target);
    if (!object.weak) this.#undefined(unit, object.name, at);
    return -1;
  }

  #objectOf(object: ObjectSymbol): ObjectSymbol {
    const name = linkName(object);
    const found = this.#objects.get(name);
    if (found !== undefined) return found;
    return object.defined ? object : (this.#libraryObjects.get(name) ?? object);
  }

  #addObject(unit: CheckedUnit, object: ObjectSymbol): number {
    const size = Math.max(object.init?.size ?? 0, sizeOf(object.type), 0);
    const owner = object.owner === null ? "" : `${object.owner.name}::`;
    this.#objectNumber.set(object, this.globals.length);
    return this.#addGlobal(unit, object, null, {
      name: object.name === "" ? "(literal)" : `${owner}${object.name}`,
      section: object.percpu ? "percpu" : isReadOnly(object.type) ? "rodata" : "data",
      size,
      align: Math.max(1, object.align),
      loc: this.loc(unit, object.at),
      named: object.name !== "",
      shape: shapeOf(object.type, this.#shapes),
    });
  }

  /** Number of a string literal; equal ones are one object. */
  string(unit: CheckedUnit, literal: StringLiteral): number {
    return this.#constantBytes(unit, literal.bytes, alignOf(literal.type), literal.at, literal.type);
  }

  /** Number of a constant with these bytes. */
  bytes(unit: CheckedUnit, bytes: Uint8Array): number {
    return this.#constantBytes(unit, bytes, 1, -1, null);
  }

  #constantBytes(
    unit: CheckedUnit,
    bytes: Uint8Array,
    align: number,
    at: number,
    type: CType | null,
  ): number {
    const key = `${align}:${bytes.join()}`;
    const known = this.#stringNumber.get(key);
    if (known !== undefined) return known;
    const end = bytes.indexOf(0);
    this.#stringNumber.set(key, this.globals.length);
    return this.#addGlobal(unit, null, bytes, {
      name: latin1(bytes.subarray(0, end < 0 ? undefined : end)),
      section: "rodata",
      size: bytes.length,
      align,
      loc: this.loc(unit, at),
      named: false,
      shape: type === null ? { kind: "opaque", size: bytes.length } : shapeOf(type, this.#shapes),
    });
  }

  #addGlobal(
    unit: CheckedUnit,
    object: ObjectSymbol | null,
    bytes: Uint8Array | null,
    fields: Omit<GlobalVar, "address">,
  ): number {
    return this.globals.push({ variable: { ...fields, address: 0 }, unit, object, bytes }) - 1;
  }

  // ---------------------------------------------------------------------------------------------------- places

  /**
   * The place to show for a token: where the outermost macro call stands that it came out of, with that macro's
   * name; its own place in plain code. -1 for no token.
   */
  loc(unit: CheckedUnit, at: number): number {
    if (at < 0) return -1;
    const { common } = this.options;
    const first = common?.tokens ?? 0;
    if (common !== undefined && at < first) {
      const place = common.placeOf(at);
      return this.commonLoc(place >= 0 ? place : this.#setPlace(common, unit, at));
    }
    let byToken = this.#locOfToken.get(unit);
    if (byToken === undefined) {
      byToken = new Int32Array(unit.tokens.length - first);
      this.#locOfToken.set(unit, byToken);
    }
    if (byToken[at - first] === 0) byToken[at - first] = this.#findLoc(unit, at) + 1;
    return byToken[at - first]! - 1;
  }

  /** Number of a place of the declarations that the program has in common with others. */
  commonLoc(place: number): number {
    if (place >= this.#commonLocs.length) {
      const wider = new Int32Array(2 * place + 1024);
      wider.set(this.#commonLocs);
      this.#commonLocs = wider;
    }
    const known = this.#commonLocs[place]!;
    if (known > 0) return known - 1;
    const { stock } = this.options.common!;
    const file = stock.fileOfLoc[place]!;
    if (this.#commonFiles[file] !== true) {
      this.#commonFiles[file] = true;
      this.#numberOfFile(stock.paths[file]!);
    }
    this.#commonLocs[place] = ++this.#locCount;
    return this.#locCount - 1;
  }

  /** By place of the common declarations: its number in this program, or -1. */
  commonLocs(): Int32Array {
    const all = new Int32Array(this.options.common?.stock.locs.length ?? 0).fill(-1);
    for (let i = Math.min(all.length, this.#commonLocs.length) - 1; i >= 0; i--)
      all[i] = this.#commonLocs[i]! - 1;
    return all;
  }

  #setPlace(common: LoweredHead, unit: CheckedUnit, at: number): number {
    const key = this.#keyOf(unit, at);
    const place = placeOfKey(key, this.options.files);
    return common.setPlace(at, place, this.#numberOfFile(place.path));
  }

  /** What tokens have in common that are shown at one place. */
  #keyOf(unit: CheckedUnit, at: number): number {
    const { pos, origin } = unit.tokens.span(at);
    const origins = this.#libraryTables.get(unit)?.origins ?? this.options.sink.origins;
    return 2 * origins.outermostCall(pos, origin) + (origin === 0 ? 0 : 1);
  }

  #numberOfFile(path: string): number {
    let file = this.#fileNumber.get(path);
    if (file === undefined) {
      file = this.files.push(path) - 1;
      this.#fileNumber.set(path, file);
    }
    return file;
  }

  #findLoc(unit: CheckedUnit, at: number): number {
    const files = this.#libraryTables.get(unit)?.files ?? this.options.files;
    const key = this.#keyOf(unit, at);
    const common = this.options.common?.placeOfKey(key);
    if (common !== undefined) return this.commonLoc(common);
    let numbers = this.#locNumber.get(files);
    if (numbers === undefined) {
      numbers = new Map();
      this.#locNumber.set(files, numbers);
    }
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const { path, line, column, macro } = placeOfKey(key, files);
    this.locs.push({ file: this.#numberOfFile(path), line, column, macro });
    const index = this.#locCount++;
    numbers.set(key, index);
    return index;
  }
}

function placeOfKey(key: number, files: FileTable): CommonPlace {
  const pos = key >> 1;
  const { path, line, column } = files.place(pos);
  const source = (key & 1) === 0 ? null : files.fileAt(pos);
  const name =
    source === null ? null : /^\w+/.exec(source.text.slice(pos - source.base, pos - source.base + 80));
  return { key, path, line, column, macro: name?.[0] ?? null };
}

function installsHandlers({ name, definition, used }: FunctionSymbol): boolean {
  return used && definition === null && (name === "signal" || name === "sigaction");
}

/** The object that a name means. */
function aliased(object: ObjectSymbol): ObjectSymbol {
  let at = object;
  while (at.alias !== null) at = at.alias;
  return at;
}

function linkName(symbol: FunctionSymbol | ObjectSymbol): string {
  return symbol.asmName ?? symbol.name;
}

function isReadOnly(type: CType): boolean {
  let at = type;
  while (at.kind === "array") at = at.element;
  return (at.quals & Qual.Const) !== 0 && (at.quals & (Qual.Volatile | Qual.Atomic)) === 0;
}

/** Of a function with a body: its parameters are what arrives, also for a K&R definition. */
function signatureOf(fn: FunctionSymbol): Signature {
  const { params } = fn.definition!;
  return makeSignature(
    params.map((param) => param.type),
    fn.type,
  );
}

export function signatureOfType(type: FunctionType): Signature {
  return makeSignature(type.params, type);
}

function makeSignature(types: readonly CType[], type: FunctionType): Signature {
  const returnsRecord = isInMemory(type.result);
  const params: RegType[] = types.map((param) => regTypeOf(param) ?? "i64");
  if (returnsRecord) params.unshift("i64");
  if (type.variadic) params.push("i64");
  return {
    params,
    returnsRecord,
    result: returnsRecord ? null : regTypeOf(type.result),
    named: types.length,
    variadic: type.variadic,
  };
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
