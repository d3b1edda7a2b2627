// WebAssembly's binary format: bytes, LEB128 numbers, sections. Nothing here knows of programs or machines.
//
// Comes in: calls in the order of the output. Goes out: one Uint8Array. A body is written into a growing buffer,
// since modules are emitted for every program that is compiled and must not cost more than the front end.
// https://webassembly.github.io/spec/core/binary/

export const enum ValType {
  I32 = 0x7f,
  I64 = 0x7e,
  F32 = 0x7d,
  F64 = 0x7c,
  V128 = 0x7b,
}

/** The instructions in use. Those that IR operations map to one by one are in operations.ts. */
export const enum Wasm {
  Unreachable = 0x00,
  Block = 0x02,
  Loop = 0x03,
  If = 0x04,
  Else = 0x05,
  End = 0x0b,
  Br = 0x0c,
  BrIf = 0x0d,
  BrTable = 0x0e,
  Return = 0x0f,
  Call = 0x10,
  CallIndirect = 0x11,
  Drop = 0x1a,
  Select = 0x1b,
  LocalGet = 0x20,
  LocalSet = 0x21,
  LocalTee = 0x22,
  GlobalGet = 0x23,
  I32Load = 0x28,
  I64Load = 0x29,
  F32Load = 0x2a,
  F64Load = 0x2b,
  I32Load8S = 0x2c,
  I32Load8U = 0x2d,
  I32Load16S = 0x2e,
  I32Load16U = 0x2f,
  I32Store = 0x36,
  I64Store = 0x37,
  F32Store = 0x38,
  F64Store = 0x39,
  I32Store8 = 0x3a,
  I32Store16 = 0x3b,
  I32Const = 0x41,
  I64Const = 0x42,
  F32Const = 0x43,
  F64Const = 0x44,
  I32Eqz = 0x45,
  I32Eq = 0x46,
  I32Ne = 0x47,
  I32LtS = 0x48,
  I32LtU = 0x49,
  I32GtS = 0x4a,
  I32GtU = 0x4b,
  I32LeS = 0x4c,
  I32GeU = 0x4f,
  I64Eqz = 0x50,
  I64Eq = 0x51,
  I64Ne = 0x52,
  I64GtU = 0x56,
  I64GeU = 0x5a,
  F64Lt = 0x63,
  F64Gt = 0x64,
  F64Ge = 0x66,
  I32Add = 0x6a,
  I32Sub = 0x6b,
  I32Mul = 0x6c,
  I32And = 0x71,
  I32Or = 0x72,
  I32Xor = 0x73,
  I32Shl = 0x74,
  I32ShrU = 0x76,
  I64Add = 0x7c,
  I64Sub = 0x7d,
  I64And = 0x83,
  I64Or = 0x84,
  I64Rotr = 0x8a,
  I32Wrap = 0xa7,
  I64ExtendS = 0xac,
  I64ExtendU = 0xad,
  F64Promote = 0xbb,
}

/** Second bytes behind the prefix 0xfc. */
export const enum Misc {
  I32TruncSatF64S = 2,
  I64TruncSatF64S = 6,
  I64TruncSatF64U = 7,
  MemoryFill = 11,
}

/** Second numbers behind the prefix 0xfd. */
export const enum Simd {
  Load = 0x00,
  Store = 0x0b,
  Const = 0x0c,
  Shuffle = 0x0d,
  I32x4Splat = 0x11,
  I32x4Ne = 0x38,
  And = 0x4e,
  Or = 0x50,
  Xor = 0x51,
  AnyTrue = 0x53,
  I32x4Shl = 0xab,
  I32x4ShrU = 0xad,
  I32x4Add = 0xae,
  I32x4Sub = 0xb1,
  I32x4Mul = 0xb5,
}

export const EMPTY_BLOCK = 0x40;

export class Writer {
  private bytes: Uint8Array;
  length = 0;

  constructor(size = 256) {
    this.bytes = new Uint8Array(size);
  }

  private grow(by: number): void {
    let size = this.bytes.length * 2;
    while (size < this.length + by) size *= 2;
    const larger = new Uint8Array(size);
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  u8(byte: number): void {
    if (this.length === this.bytes.length) this.grow(1);
    this.bytes[this.length++] = byte;
  }

  /** Unsigned LEB128 of up to 32 bits. */
  u32(value: number): void {
    let v = value >>> 0;
    while (v > 127) {
      this.u8((v & 127) | 128);
      v >>>= 7;
    }
    this.u8(v);
  }

  /** Signed LEB128. */
  s32(value: number): void {
    let v = value | 0;
    while (v < -64 || v > 63) {
      this.u8((v & 127) | 128);
      v >>= 7;
    }
    this.u8(v & 127);
  }

  /** Signed LEB128 of the 64-bit number hi:lo. */
  s64(lo: number, hi: number): void {
    if (hi === lo >> 31) {
      this.s32(lo);
      return;
    }
    let l = lo;
    let h = hi;
    while (!((h === 0 && l >= 0 && l < 64) || (h === -1 && l < 0 && l >= -64))) {
      this.u8((l & 127) | 128);
      l = (l >>> 7) | (h << 25);
      h >>= 7;
    }
    this.u8(l & 127);
  }

  /** Four bytes, little-endian. */
  word(value: number): void {
    this.u8(value & 255);
    this.u8((value >>> 8) & 255);
    this.u8((value >>> 16) & 255);
    this.u8(value >>> 24);
  }

  name(text: string): void {
    this.u32(text.length);
    for (let i = 0; i < text.length; i++) this.u8(text.charCodeAt(i));
  }

  append(other: Writer): void {
    if (this.length + other.length > this.bytes.length) this.grow(other.length);
    this.bytes.set(other.bytes.subarray(0, other.length), this.length);
    this.length += other.length;
  }

  /** `id`, the length of `content`, `content`. */
  section(id: number, content: Writer): void {
    this.u8(id);
    this.u32(content.length);
    this.append(content);
  }

  reset(): void {
    this.length = 0;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** A function's instructions. */
export class Body extends Writer {
  op(opcode: Wasm | number): void {
    this.u8(opcode);
  }

  misc(code: Misc): void {
    this.u8(0xfc);
    this.u32(code);
  }

  simd(code: Simd): void {
    this.u8(0xfd);
    this.u32(code);
  }

  /** Load or store of a vector. */
  vector(code: Simd.Load | Simd.Store, offset: number): void {
    this.simd(code);
    this.u8(0);
    this.u32(offset);
  }

  /** A vector of four numbers. */
  constant(...words: readonly [number, number, number, number]): void {
    this.simd(Simd.Const);
    for (const word of words) this.word(word);
  }

  /** Four words out of the eight of two vectors. */
  shuffle(words: readonly number[]): void {
    this.simd(Simd.Shuffle);
    for (const word of words) for (let i = 0; i < 4; i++) this.u8(word * 4 + i);
  }

  global(index: number): void {
    this.u8(Wasm.GlobalGet);
    this.u32(index);
  }

  get(local: number): void {
    this.u8(Wasm.LocalGet);
    this.u32(local);
  }

  set(local: number): void {
    this.u8(Wasm.LocalSet);
    this.u32(local);
  }

  tee(local: number): void {
    this.u8(Wasm.LocalTee);
    this.u32(local);
  }

  i32(value: number): void {
    this.u8(Wasm.I32Const);
    this.s32(value);
  }

  i64(lo: number, hi: number): void {
    this.u8(Wasm.I64Const);
    this.s64(lo, hi);
  }

  /** A non-negative number below 2^53 as i64. */
  i64Number(value: number): void {
    this.i64(value | 0, Math.floor(value / 4294967296));
  }

  /** Load or store: promises no alignment, so that any address is right. */
  memory(opcode: Wasm | number, offset: number): void {
    this.u8(opcode);
    this.u8(0);
    this.u32(offset);
  }

  br(depth: number): void {
    this.u8(Wasm.Br);
    this.u32(depth);
  }

  brIf(depth: number): void {
    this.u8(Wasm.BrIf);
    this.u32(depth);
  }

  call(fn: number): void {
    this.u8(Wasm.Call);
    this.u32(fn);
  }

  block(opcode: Wasm.Block | Wasm.Loop | Wasm.If): void {
    this.u8(opcode);
    this.u8(EMPTY_BLOCK);
  }

  end(): void {
    this.u8(Wasm.End);
  }

  /** memory.fill of [address on the stack, value, length]. */
  fill(): void {
    this.misc(Misc.MemoryFill);
    this.u8(0);
  }
}
