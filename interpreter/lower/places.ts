// Objects and accesses: where the variables of a function lie, what address a place has, and how it is read and
// written.
//
// A scalar whose address nobody takes is a register; everything else is memory. The hard thing is bit-fields: they
// are read and written through the unit that gcc would access, so that a write is a load and a store of that unit
// and another CPU can slip in between.

import { Check, type Opcode } from "../ir/ops.js";
import { Flag } from "../ir/program.js";
import { alignOf, sizeOf } from "../sema/layout.js";
import {
  Access,
  type AutoInit,
  type CheckedUnit,
  type CompoundPlace,
  type Expr,
  type FunctionDefinition,
  type ObjectSymbol,
  type Place,
} from "../sema/tree.js";
import { type BitField, type CType, Qual, type Temp } from "../sema/types.js";
import { AssignmentFinder } from "./children.js";
import { Converter } from "./convert.js";
import type { Names } from "./relink.js";
import { placeText } from "./text.js";
import {
  address,
  constant,
  intForm,
  isBool,
  isInMemory,
  register,
  regTypeOf,
  type Value,
  variable,
  ZERO64,
  zeroOf,
} from "./values.js";

/** A place made ready to be read and written, possibly several times: its operands are evaluated. */
export type Target =
  | { readonly kind: "register"; readonly reg: number; readonly type: CType }
  | {
      readonly kind: "memory";
      readonly address: Value;
      readonly type: CType;
      readonly bits: BitField | null;
      readonly what: string;
      /** What the C promises about the address's alignment is less than the size of the access. */
      readonly unaligned: boolean;
    };

export type BitTarget = Target & { readonly kind: "memory"; readonly bits: BitField };

export function isBitField(target: Target): target is BitTarget {
  return target.kind === "memory" && target.bits !== null;
}

/** Where an automatic object lies. */
type Home =
  | { readonly kind: "register"; readonly reg: number }
  | { readonly kind: "slot"; readonly slot: number; readonly align: number }
  /** In memory that a register points at: a variable-length array, a record parameter. */
  | { readonly kind: "pointer"; readonly reg: number };

export abstract class PlaceLowering extends Converter {
  readonly assignments = new AssignmentFinder();
  /** The full expression at hand has put temporaries on the stack, which its end gives back. */
  protected usedVariableTemporary = false;
  readonly #homes = new Map<ObjectSymbol, Home>();

  constructor(
    readonly linker: Names,
    readonly unit: CheckedUnit,
    readonly definition: FunctionDefinition,
  ) {
    super();
  }

  abstract value(expr: Expr): Value;
  abstract initialise(address: Value, type: CType, init: AutoInit, what: string): void;

  /** Instructions to come belong to this token; an unknown one changes nothing. */
  mark(at: number): void {
    if (at >= 0) this.loc = this.linker.loc(this.unit, at);
  }

  /** What a compiler would take and we cannot. */
  unsupported(at: number, text: string): void {
    this.linker.options.sink.error(this.unit.tokens.span(Math.max(0, at)), text);
  }

  /** Evaluated now, and kept while `later` is evaluated. */
  valueBefore(expr: Expr, ...later: (Expr | Place | null)[]): Value {
    const value = this.value(expr);
    return later.some((node) => node !== null && this.assignments.mayAssign(node)) ? this.pin(value) : value;
  }

  // --------------------------------------------------------------------------------------------------- objects

  /** A variable shown by its name in reports; those inside macros are nobody's own. */
  nameOf(object: ObjectSymbol): string | null {
    if (object.name === "" || object.at < 0) return null;
    return this.unit.tokens.origin[object.at] === 0 ? object.name : null;
  }

  /** Scalars whose address nobody takes, and which the C does not want in memory. */
  livesInRegister(object: ObjectSymbol): boolean {
    return !object.addressTaken && (object.type.quals & Qual.Volatile) === 0;
  }

  setHome(object: ObjectSymbol, home: Home): void {
    this.#homes.set(object, home);
  }

  homeOf(object: ObjectSymbol): Home {
    let home = this.#homes.get(object);
    if (home === undefined) {
      home = this.#makeHome(object);
      this.#homes.set(object, home);
    }
    return home;
  }

  #makeHome(object: ObjectSymbol): Home {
    if (object.vlaSize !== null) {
      return { kind: "pointer", reg: this.newReg("i64", this.nameOf(object)) };
    }
    const type = regTypeOf(object.type);
    if (type !== null && this.livesInRegister(object)) {
      return { kind: "register", reg: this.newReg(type, this.nameOf(object)) };
    }
    // Frames are aligned to 16. For more, the slot is longer and its address rounded up.
    const extra = object.align > 16 ? object.align - 16 : 0;
    const size = Math.max(0, sizeOf(object.type)) + extra;
    const saved = this.loc;
    this.mark(object.at);
    const slot = this.newSlot(object.name, size, object.align);
    this.loc = saved;
    return { kind: "slot", slot, align: object.align };
  }

  /** Address of an object in memory. */
  objectAddress(object: ObjectSymbol, at: number): Value {
    if (object.storage === "static") {
      if (!this.reachable) return ZERO64;
      const index = this.linker.global(this.unit, object, at);
      return index < 0 ? ZERO64 : address("global", index);
    }
    const home = this.homeOf(object);
    switch (home.kind) {
      case "slot": {
        const plain = address("local", home.slot);
        if (home.align <= 16) return plain;
        const above = this.offset(plain, home.align - 1);
        return this.binary("i64.and", above, constant("i64", BigInt(-home.align)));
      }
      case "pointer":
        return address("reg", home.reg, 0, object.parameter);
      case "register":
        // In dead code nobody asked whether the address is taken.
        if (!this.reachable) return ZERO64;
        throw new Error(`the address of '${object.name}' is taken, but it lies in a register`);
    }
  }

  // ---------------------------------------------------------------------------------------------------- places

  /** Evaluates what the place depends on. */
  resolve(place: Place): Target {
    if (place.kind === "object" && place.object.storage === "auto") {
      const home = this.homeOf(place.object);
      if (home.kind === "register") return { kind: "register", reg: home.reg, type: place.type };
    }
    if (place.kind === "compound" && this.homeOf(place.object).kind === "register") {
      return this.literalInRegister(place);
    }
    if (place.kind === "member" && place.bits !== null) {
      const base = this.offset(this.placeAddress(place.base), place.bitBase);
      const { type, bits } = place;
      return { kind: "memory", address: base, type, bits, what: placeText(place), unaligned: true };
    }
    return {
      kind: "memory",
      address: this.placeAddress(place),
      type: place.type,
      bits: null,
      what: placeText(place),
      unaligned: regTypeOf(place.type) !== null && alignOfPlace(place) < sizeOf(place.type),
    };
  }

  /** A scalar compound literal whose address nobody takes. */
  literalInRegister({ object, init }: CompoundPlace): Target {
    const { reg } = this.homeOf(object) as { readonly reg: number };
    const type = regTypeOf(object.type)!;
    const entry = init.entries[init.entries.length - 1];
    const zero = zeroOf(type);
    this.assign(reg, entry === undefined ? zero : this.value(entry.value as Expr));
    return { kind: "register", reg, type: object.type };
  }

  /** Address of a place in memory that is no bit-field. */
  placeAddress(place: Place): Value {
    switch (place.kind) {
      case "object":
        return this.objectAddress(place.object, place.at);
      case "deref":
        return this.value(place.pointer);
      case "member":
        return this.offset(this.placeAddress(place.base), place.offset);
      case "string":
        return address("global", this.linker.string(this.unit, place.literal));
      case "compound": {
        const home = this.homeOf(place.object);
        if (home.kind === "register") throw new Error("a compound literal lies in a register");
        const where = this.objectAddress(place.object, place.at);
        this.mark(place.at);
        this.initialise(where, place.object.type, place.init, placeText(place));
        return where;
      }
      case "temporary":
        return this.value(place.value);
    }
  }

  pinTarget(target: Target): Target {
    return target.kind === "register" ? target : { ...target, address: this.pin(target.address) };
  }

  // -------------------------------------------------------------------------------------------------- accesses

  /** Reads a target. A record's value is its address. */
  load(target: Target, access: number): Value {
    if (target.kind === "register") return variable(target.type, target.reg);
    const type = regTypeOf(target.type);
    if (type === null && target.type.kind === "decimal") {
      return this.wideDecimal(...this.wideWords(target.address, flagsOf(target, access), target.what));
    }
    if (type === null) return target.address;
    if (isBitField(target)) return this.extractBits(target, this.loadUnits(target, access));
    return this.loadAt(target.address, target.type, flagsOf(target, access), target.what);
  }

  /** Reads a scalar at an address. */
  loadAt(where: Value, type: CType, flags: number, what: string | null): Value {
    const { a, imm } = this.base(where);
    const result = this.define(loadOp(type), regTypeOf(type)!, { a, imm, flags }, what);
    this.accessed(type);
    if (isBool(type)) this.emit("check.i32", { a: result.reg, imm: 2, immHi: Check.Bool }, what);
    return variable(type, result.reg, true);
  }

  /** Writes a scalar, already converted to the target's type. */
  store(target: Target, value: Value, access: number): void {
    if (target.kind === "register") {
      this.assign(target.reg, value);
      return;
    }
    if (isBitField(target)) this.storeBits(target, value, access, null);
    else this.storeAt(target.address, target.type, value, flagsOf(target, access), target.what);
  }

  storeAt(where: Value, type: CType, value: Value, flags: number, what: string | null): void {
    if (isInMemory(type)) {
      this.copy(where, value, this.recordSize(type), flags, what);
      return;
    }
    const { a, imm } = this.base(where);
    this.emit(storeOp(type), { a, b: this.reg(value), imm, flags }, what);
    this.accessed(type);
  }

  /** Copies a record or array. */
  copy(to: Value, from: Value, size: number | Value, flags: number, what: string | null): void {
    if (size === 0) return;
    const a = this.reg(to);
    const b = this.reg(from);
    const c = this.reg(typeof size === "number" ? constant("i64", BigInt(size)) : size);
    this.emit("memcpy", { a, b, c, flags }, what);
  }

  /** The bytes of a record; a value of the run where a member's size is one. */
  recordSize(type: CType): number | Value {
    const amount = type.kind === "record" ? type.decl.variableSize : null;
    if (amount === null) return Math.max(0, sizeOf(type));
    return typeof amount === "bigint" ? constant("i64", amount) : this.tempValue(amount);
  }

  /** What a temp holds. */
  abstract tempValue(temp: Temp): Value;

  /** Memory for a record value that lasts to the end of the full expression. */
  temporaryFor(size: number | Value, align: number): Value {
    if (typeof size === "number") return this.temporarySlot(size, align);
    this.usedVariableTemporary = true;
    return this.define("stack.alloc", "i64", { a: this.reg(size) }, null);
  }

  zero(where: Value, size: number, flags: number, what: string | null): void {
    if (size === 0) return;
    const a = this.reg(where);
    const b = this.reg(constant("i32", 0n));
    this.emit("memset", { a, b, c: this.reg(constant("i64", BigInt(size))), flags }, what);
  }

  // ------------------------------------------------------------------------------------------------ bit-fields

  /** Reads the units that a bit-field lies in, one for each of its parts. */
  loadUnits(target: BitTarget, access: number): Value[] {
    const flags = accessFlags(access) | Flag.BitField;
    return target.bits.parts.map((part) => {
      const unit = unitOf(part.size);
      const { a, imm } = this.base(this.offset(target.address, part.offset));
      const loaded = this.define(unit.load, unit.type, { a, imm, flags }, target.what);
      return register(unit.type, loaded.reg, true, part.size * 8);
    });
  }

  /** The field's value, from its units. */
  extractBits({ bits, type }: BitTarget, units: readonly Value[]): Value {
    const t = regTypeOf(type) as "i32" | "i64";
    const whole = (signed: boolean) => ({ size: t === "i32" ? 4 : 8, bits: t === "i32" ? 32 : 64, signed });
    const only = bits.parts.length === 1 ? bits.parts[0]! : null;
    if (only !== null && bits.signed) {
      // Up against the sign bit and down again.
      const u = unitOf(only.size).type;
      const width = u === "i32" ? 32 : 64;
      const up = constant("i32", BigInt(width - only.shift - only.width));
      const value = this.binary(`${u}.shl`, units[0]!, up);
      return this.toInt(
        this.binary(`${u}.shr_s`, value, constant("i32", BigInt(width - only.width))),
        true,
        whole(true),
      );
    }
    let sum: Value = ZERO64;
    for (const [i, part] of bits.parts.entries()) {
      const u = unitOf(part.size).type;
      const down = this.binary(`${u}.shr_u`, units[i]!, constant("i32", BigInt(part.shift)));
      const piece = this.binary(`${u}.and`, down, constant(u, (1n << BigInt(part.width)) - 1n));
      if (only !== null) return this.toInt(piece, false, whole(false));
      const wide = this.toInt(piece, false, { size: 8, bits: 64, signed: false });
      sum = this.binary("i64.or", this.binary("i64.shl", wide, constant("i32", BigInt(part.at))), sum);
    }
    const value = this.cutBits(sum, bits.width, bits.signed);
    return t === "i32" ? this.unary("i32.wrap", value) : value;
  }

  /** Writes a bit-field. `units`: what was read of its units before; without, they are read now. */
  storeBits(target: BitTarget, value: Value, access: number, units: readonly Value[] | null): void {
    const { bits, what } = target;
    const flags = accessFlags(access) | Flag.BitField;
    for (const [i, part] of bits.parts.entries()) {
      const unit = unitOf(part.size);
      const u = unit.type;
      const where = this.offset(target.address, part.offset);
      // The part's bits, at the bottom of a register as wide as the unit.
      let piece = value;
      if (part.at > 0) {
        const t = value.type as "i32" | "i64";
        piece = this.binary(`${t}.shr_u`, value, constant("i32", BigInt(part.at)));
      }
      if (piece.type !== u) piece = this.unary(u === "i32" ? "i32.wrap" : "i64.extend_u", piece);
      if (part.width < part.size * 8) {
        const mask = (1n << BigInt(part.width)) - 1n;
        let old = units?.[i];
        if (old === undefined) {
          const { a, imm } = this.base(where);
          old = this.define(unit.load, u, { a, imm, flags }, what);
        }
        const keep = this.binary(`${u}.and`, old, constant(u, ~(mask << BigInt(part.shift))));
        piece = this.binary(`${u}.and`, piece, constant(u, mask));
        piece = this.binary(`${u}.shl`, piece, constant("i32", BigInt(part.shift)));
        piece = this.binary(`${u}.or`, keep, piece);
      }
      const { a, imm } = this.base(where);
      this.emit(unit.store, { a, b: this.reg(piece), imm, flags }, what);
    }
  }
}

function flagsOf(target: Target & { kind: "memory" }, access: number): number {
  return accessFlags(access) | (target.unaligned ? Flag.Unaligned : 0);
}

/**
 * The alignment that the C promises: a member is as aligned as its record and its offset allow, an element as its array
 * and its size do.
 */
function alignOfPlace(place: Place): number {
  if (place.kind === "object") return Math.max(place.object.align, 1);
  if (place.kind === "member") return alignAt(alignOfPlace(place.base), place.offset);
  if (place.kind !== "deref" || place.pointer.kind !== "ptradd") return alignOf(place.type);
  const { pointer, size } = place.pointer;
  // Behind members of variable size, counted in bytes.
  if (size === 1) return 1;
  if (pointer.kind !== "address" || !pointer.decay) return alignOf(place.type);
  return alignAt(alignOfPlace(pointer.place), typeof size === "number" ? size : 1);
}

function alignAt(align: number, offset: number): number {
  return offset === 0 ? align : Math.min(align, offset & -offset);
}

/** The operations that reach a unit of 1, 2, 4 or 8 bytes. */
function unitOf(size: number): { load: Opcode; store: Opcode; type: "i32" | "i64" } {
  switch (size) {
    case 1:
      return { load: "load.i8_u", store: "store.i8", type: "i32" };
    case 2:
      return { load: "load.i16_u", store: "store.i16", type: "i32" };
    case 4:
      return { load: "load.i32", store: "store.i32", type: "i32" };
    default:
      return { load: "load.i64", store: "store.i64", type: "i64" };
  }
}

export function accessFlags(access: number): number {
  let flags = 0;
  if ((access & (Access.Volatile | Access.Atomic)) !== 0) flags |= Flag.Marked;
  if ((access & Access.DataRace) !== 0) flags |= Flag.DataRace;
  return flags;
}

export function loadOp(type: CType): Opcode {
  const form = intForm(type);
  if (form === null) return `load.${regTypeOf(type)!}`;
  switch (form.size) {
    case 1:
      return form.signed && !isBool(type) ? "load.i8_s" : "load.i8_u";
    case 2:
      return form.signed ? "load.i16_s" : "load.i16_u";
    case 4:
      return "load.i32";
    default:
      return "load.i64";
  }
}

export function storeOp(type: CType): Opcode {
  const form = intForm(type);
  if (form === null) return `store.${regTypeOf(type)!}`;
  // 16 bytes are refused elsewhere.
  return form.size > 8 ? "store.i64" : (`store.i${form.size * 8}` as Opcode);
}
