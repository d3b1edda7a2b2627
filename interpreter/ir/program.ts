// The program as plain data: what lowering makes and what every engine runs.
//
// A function is a control-flow graph of basic blocks over typed virtual registers. Registers are not in
// SSA form: a register may be written many times, and an engine keeps it in an 8-byte slot of the frame
// (or in a wasm local). Memory is touched only through the memory operations: globals, heap and locals
// whose address is taken. The hard idea is the *site*: every instruction in front of which a context may
// come to rest has one, and a site knows which registers are still live there, so that an engine can zero
// the dead ones and two situations that will behave alike are alike byte for byte.
//
// Everything here survives structuredClone and JSON (64-bit constants are two 32-bit halves).

import type { Opcode } from "./ops.js";

export type RegType = "i32" | "i64" | "f32" | "f64";

/** One operation. Which fields mean what is the operation's entry in `ops.ts`; unused ones are -1 / 0 / null. */
export interface Instr {
  op: Opcode;
  /** Result register, or -1. */
  dst: number;
  /** Operand registers, or -1. */
  a: number;
  b: number;
  c: number;
  /** Immediate: low and high 32 bits (as signed int32 each), an offset, an index, a width. */
  imm: number;
  immHi: number;
  /** Argument registers of calls and kernel operations; case table of a switch lives in `cases`. */
  args: number[] | null;
  /** Target blocks of jumps: [target], [then, else], [default, ...one per case] or all of a computed goto. */
  targets: number[] | null;
  /** Switch values, parallel to targets[1..]; low/high pairs flattened: lo0, hi0, lo1, hi1 … */
  cases: number[] | null;
  /** Memory-operation flags, see `Flag`. */
  flags: number;
  /** Index into `Program.locs`, or -1. */
  loc: number;
  /** Index into `Program.sites` for operations a context can rest at (memory, calls, kernel operations), or -1. */
  site: number;
}

/** Flags of memory operations; combined with `|`. */
export const Flag = {
  None: 0,
  /** volatile or atomic in the C: READ_ONCE, WRITE_ONCE, atomics. KCSAN calls these "marked". */
  Marked: 1,
  /** Provably to this frame's own locals whose address never leaves the function: never visible to others. */
  Private: 2,
  /** Inside data_race(): a plain access that must not be reported. */
  DataRace: 4,
  /** Bit-field access: the load/store pair touches neighbours; reports name the field. */
  BitField: 8,
  /** The C declares a place of less alignment than its size: packed, or aligned to less. */
  Unaligned: 16,
  /** A variable argument: the value leaves the function. */
  HandedOver: 32,
} as const;

/** A memory object of a frame: a local whose address is taken, or an aggregate. */
export interface Slot {
  name: string;
  /** Offset in bytes from the start of the frame's local area (after the registers). */
  offset: number;
  size: number;
  align: number;
  loc: number;
  /** May be read before it is set: its loads and stores have to look (see unset-locals.ts). */
  watched?: true;
}

export interface IrFunction {
  name: string;
  /** Unique symbol: equals `name` unless two static functions share it. */
  symbol: string;
  /** Registers 0..params.length-1 hold the parameters on entry. */
  params: RegType[];
  /** A variadic function's last parameter is a hidden i64: the address of its variable arguments, 8 bytes each. */
  variadic: boolean;
  result: RegType | null;
  /** Type of every virtual register. */
  regs: RegType[];
  /** Name of the C variable a register stands for, or null. */
  regNames: (string | null)[];
  /** In ascending order of their offsets. */
  slots: Slot[];
  /** Bytes of the local area (sum of slots with alignment), multiple of 16. */
  localSize: number;
  /** Block 0 is the entry; the last instruction of each block is its only terminator. */
  blocks: Instr[][];
  /** Where the function is defined. */
  loc: number;
  isStatic: boolean;
  isInline: boolean;
  /** __attribute__((noreturn)). */
  noreturn: boolean;
}

/** A place in the C. `file` indexes `Program.files`. Macro expansion: outermost invocation is the loc itself. */
export interface Loc {
  file: number;
  line: number;
  column: number;
  /** Name of the outermost macro the token came from, or null. */
  macro: string | null;
}

/** An instruction at which a context can rest; or (not the `site` of the instruction then) a choice that reports name. */
export interface Site {
  fn: number;
  block: number;
  index: number;
  loc: number;
  /** What the operation touches, in C words for reports: "pc->mem_cgroup", "mc.lock"; null if not known. */
  what: string | null;
  /** What it reads or writes there is a pointer, as the C has it. */
  isPointer: boolean;
  /**
   * Registers dead in front of this instruction *after its operands have been read into the pending
   * record* (so operand registers used for the last time here count as dead, and so does `dst`). Ascending.
   * For a call: dead while the callee runs.
   */
  dead: number[];
}

export type SectionKind = "rodata" | "data" | "percpu";

/** A global, string literal, static local or per-CPU variable. */
export interface GlobalVar {
  name: string;
  section: SectionKind;
  /** Address: absolute for rodata/data (>= 0x10000); offset inside the per-CPU area for percpu. */
  address: number;
  size: number;
  align: number;
  loc: number;
  /** False for string literals and compiler temporaries: they are not listed among the globals. */
  named: boolean;
  /** Type for printing values of a final state: see `ShapeRef`. */
  shape: Shape;
}

/** Just enough of a type to print a value. */
export type Shape =
  | { kind: "int"; size: 1 | 2 | 4 | 8; signed: boolean; name: string }
  | { kind: "bool" }
  | { kind: "float"; size: 4 | 8 }
  | { kind: "pointer"; name: string }
  | { kind: "enum"; size: 1 | 2 | 4 | 8; names: { name: string; value: number }[] }
  | { kind: "array"; element: Shape; count: number; stride: number }
  | {
      kind: "struct";
      name: string;
      fields: { name: string; offset: number; shape: Shape; bits?: [number, number] }[];
    }
  | { kind: "opaque"; size: number };

/** Initial bytes. `fixups` are not needed: addresses are assigned before the image is made. */
export interface Image {
  /** Start address of the image, 0x10000. rodata first, then data. */
  base: number;
  /** End of rodata (exclusive); writes below it trap. 128-byte aligned. */
  rodataEnd: number;
  /** End of data and bss (exclusive). 128-byte aligned. */
  dataEnd: number;
  /** Initial contents of [base, dataEnd); trailing zeros may be missing. */
  bytes: Uint8Array;
  /** Template of one per-CPU area's static part. */
  percpu: Uint8Array;
  percpuSize: number;
}

export interface Program {
  functions: IrFunction[];
  /** By symbol name, for entry points and observation. */
  functionIndex: Record<string, number>;
  globals: GlobalVar[];
  image: Image;
  /** Kernel operations by index, as named in the C: the machine binds each name to an object. */
  kernelOps: string[];
  /** __attribute__((constructor)) and destructor: functions in the order in which they run before and after main(). */
  constructors: number[];
  destructors: number[];
  files: string[];
  locs: Loc[];
  sites: Site[];
  /** Functions in `__attribute__((smplab_entry))` or the KUnit suite are found by name; nothing else is special. */
}

/** Address ranges that are not memory: using one as data traps by name. */
export const AddressSpace = {
  /** First mapped byte: everything below is the null page to C. */
  First: 0x1_0000,
  /** What `&percpu_variable` and alloc_percpu() give: cookies, one byte of range per byte of a per-CPU area. */
  PerCpuCookie: 0xc000_0000,
  PerCpuCookieEnd: 0xd000_0000,
  /** Function i is at Function + 16 * i. */
  Function: 0xf000_0000,
  FunctionEnd: 0xff00_0000,
} as const;

/** Frame at rest, from its base: header, one 8-byte slot a register, local area. All fields u32. */
export const Frame = {
  /** Frame base of the caller relative to the stack's base plus 1; 0 for the bottom frame. */
  Link: 0,
  Function: 4,
  /** Engine-independent resting point: 1 + the site it rests at (or the call it waits for); 0 before its first step. */
  Point: 8,
  /** Bytes that alloca and variable-length arrays added above the fixed frame. */
  Dynamic: 12,
  Header: 16,
} as const;
