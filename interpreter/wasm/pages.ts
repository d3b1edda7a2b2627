// Saving, restoring and hashing of pages (interpreter/machine/memory.ts) as WebAssembly: the same bytes and the same
// hashes as there, four words at a time.
//
// Comes in: where the run's memory and the tables of its pages lie in one linear memory. Goes out: the four operations
// that Memory spends its time in. The module is the same for all programs, and so are its functions for all runs in one
// memory: what differs is in its globals. The platform makes better code of calls that always go to the same function.
//
// The hard idea is only that sums do not care about order: each lane of a vector adds up the mixes of every fourth
// word, and four lanes are added to one in the end. Words that are zero add nothing; most vectors are all zero and
// are skipped.

import { PAGE_SHIFT, PAGE_SIZE } from "../machine/layout.js";
import { ENTRY_CONTENT, ENTRY_HASH, ENTRY_WORDS, type PageCore } from "../machine/memory.js";
import { Body, Simd, ValType, Wasm, Writer } from "./encoder.js";
import type { EngineMap } from "./layout.js";
import type { WasmMemory, WasmPort } from "./port.js";

const ENTRY_BYTES = ENTRY_WORDS * 4;

/** Globals, all i32: byte addresses of the tables. */
const enum Table {
  Hash,
  IsDirty,
  Dirty,
  Total,
  Version,
}
const TABLES = ["pageHash", "isDirty", "dirty", "pageTotal", "version"] as const;

const enum Fn {
  Copy,
  HashPage,
  Rehash,
  Restore,
}

const modules = new WeakMap<WasmPort, object>();

type Operations = Pick<PageCore, "copy" | "hashPage" | "rehash" | "restore">;

/** The operations on the pages of whatever run is in this memory. */
export interface PageFunctions {
  readonly memory: WasmMemory;
  readonly operations: Operations;
  readonly tables: Readonly<Record<(typeof TABLES)[number], { value: number }>>;
}

export function pageFunctions(port: WasmPort, memory: WasmMemory): PageFunctions {
  let module = modules.get(port);
  if (module === undefined) {
    module = new port.Module(pagesModule());
    modules.set(port, module);
  }
  const { exports } = new port.Instance(module, { m: { memory } });
  const { copy, hashPage, rehash, restore } = exports as unknown as Operations;
  return {
    memory,
    operations: { copy, hashPage, rehash, restore },
    tables: exports as unknown as PageFunctions["tables"],
  };
}

/** The same for the next run in it. */
export function pageCore(functions: PageFunctions, engine: EngineMap, pages: number): PageCore {
  const { memory, operations, tables } = functions;
  const { buffer } = memory;
  const { copy, hashPage, rehash, restore } = operations;
  for (const table of TABLES) tables[table].value = engine[table];
  // Name by name: V8 gives each object that begins with a copy of another a hidden class of its own.
  return {
    copy,
    hashPage,
    rehash,
    restore,
    stamp: new Int32Array(buffer, engine.stamp, pages),
    version: new Int32Array(buffer, engine.version, pages),
    pageHash: new Int32Array(buffer, engine.pageHash, pages * 4),
    isHashed: new Uint8Array(pages),
    isDirty: new Uint8Array(buffer, engine.isDirty, pages),
    dirty: new Int32Array(buffer, engine.dirty, pages),
    total: new Int32Array(buffer, engine.pageTotal, 4),
    undo: new Int32Array(buffer, engine.undo, engine.undoBytes >>> 2),
  };
}

function pagesModule(): Uint8Array {
  const out = new Writer(1 << 11);
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.u8(byte);
  const section = new Writer(1 << 10);
  const write = (id: number) => {
    out.section(id, section);
    section.reset();
  };
  // Types: of one and of two numbers, without a result.
  section.u32(2);
  for (const params of [1, 2]) {
    section.u8(0x60);
    section.u32(params);
    for (let i = 0; i < params; i++) section.u8(ValType.I32);
    section.u32(0);
  }
  write(1);
  section.u32(1);
  section.name("m");
  section.name("memory");
  for (const byte of [2, 1, 0]) section.u8(byte);
  section.u32(65536);
  write(2);
  section.u32(4);
  for (const type of [1, 0, 0, 1]) section.u32(type);
  write(3);
  section.u32(TABLES.length);
  // i32, mutable, zero at first.
  for (const _ of TABLES) for (const byte of [ValType.I32, 1, Wasm.I32Const, 0, Wasm.End]) section.u8(byte);
  write(6);
  section.u32(4 + TABLES.length);
  for (const [i, name] of TABLES.entries()) {
    section.name(name);
    section.u8(3);
    section.u32(i);
  }
  for (const [name, fn] of [
    ["copy", Fn.Copy],
    ["hashPage", Fn.HashPage],
    ["rehash", Fn.Rehash],
    ["restore", Fn.Restore],
  ] as const) {
    section.name(name);
    section.u8(0);
    section.u32(fn);
  }
  write(7);
  section.u32(4);
  for (const emit of [emitCopy, emitHashPage, emitRehash, emitRestore]) {
    const body = new Body(1 << 9);
    emit(body);
    body.end();
    section.u32(body.length);
    section.append(body);
  }
  write(10);
  return out.finish();
}

function locals(body: Body, i32s: number, vectors: number): void {
  body.u32(2);
  body.u32(i32s);
  body.u8(ValType.I32);
  body.u32(vectors);
  body.u8(ValType.V128);
}

/** local = local + by */
function step(body: Body, local: number, by: number): void {
  body.get(local);
  body.i32(by);
  body.op(Wasm.I32Add);
  body.set(local);
}

/** The address of the page's hash. */
function hashAt(body: Body, page: number): void {
  body.get(page);
  body.i32(4);
  body.op(Wasm.I32Shl);
  body.global(Table.Hash);
  body.op(Wasm.I32Add);
}

/** copy(page, at): the page and its hash into the entry at this address. */
function emitCopy(body: Body): void {
  const [page, at, from] = [0, 1, 2];
  locals(body, 1, 0);
  body.get(at);
  body.get(page);
  body.memory(Wasm.I32Store, 0);
  body.get(at);
  hashAt(body, page);
  body.vector(Simd.Load, 0);
  body.vector(Simd.Store, ENTRY_HASH * 4);
  body.get(page);
  body.i32(PAGE_SHIFT);
  body.op(Wasm.I32Shl);
  body.set(from);
  for (let i = 0; i < PAGE_SIZE; i += 16) {
    body.get(at);
    body.get(from);
    body.vector(Simd.Load, i);
    body.vector(Simd.Store, ENTRY_CONTENT * 4 + i);
  }
}

/** restore(from, to): undoes the entries between these addresses, the last one first. */
function emitRestore(body: Body): void {
  const [at, bottom, page, to, version] = [0, 1, 2, 3, 4];
  locals(body, 3, 0);
  body.block(Wasm.Block);
  body.block(Wasm.Loop);
  body.get(at);
  body.get(bottom);
  body.op(Wasm.I32LeS);
  body.brIf(1);
  step(body, at, -ENTRY_BYTES);
  body.get(at);
  body.memory(Wasm.I32Load, 0);
  body.tee(page);
  body.i32(2);
  body.op(Wasm.I32Shl);
  body.global(Table.Version);
  body.op(Wasm.I32Add);
  body.tee(version);
  body.get(version);
  body.memory(Wasm.I32Load, 0);
  body.i32(1);
  body.op(Wasm.I32Add);
  body.memory(Wasm.I32Store, 0);
  hashAt(body, page);
  body.get(at);
  body.vector(Simd.Load, ENTRY_HASH * 4);
  body.vector(Simd.Store, 0);
  body.get(page);
  body.i32(PAGE_SHIFT);
  body.op(Wasm.I32Shl);
  body.set(to);
  for (let i = 0; i < PAGE_SIZE; i += 16) {
    body.get(to);
    body.get(at);
    body.vector(Simd.Load, ENTRY_CONTENT * 4 + i);
    body.vector(Simd.Store, i);
  }
  body.br(0);
  body.end();
  body.end();
}

/** rehash(count): the hashes of the first `count` pages that are listed as dirty, and the total with them. */
function emitRehash(body: Body): void {
  const [count, d, page, total] = [0, 1, 2, 3];
  const addTotal = (opcode: Simd) => {
    body.get(total);
    hashAt(body, page);
    body.vector(Simd.Load, 0);
    body.simd(opcode);
    body.set(total);
  };
  locals(body, 2, 1);
  body.global(Table.Total);
  body.vector(Simd.Load, 0);
  body.set(total);
  body.block(Wasm.Block);
  body.block(Wasm.Loop);
  body.get(d);
  body.get(count);
  body.op(Wasm.I32GeU);
  body.brIf(1);
  body.get(d);
  body.i32(2);
  body.op(Wasm.I32Shl);
  body.global(Table.Dirty);
  body.op(Wasm.I32Add);
  body.memory(Wasm.I32Load, 0);
  body.tee(page);
  body.global(Table.IsDirty);
  body.op(Wasm.I32Add);
  body.i32(0);
  body.memory(Wasm.I32Store8, 0);
  addTotal(Simd.I32x4Sub);
  body.get(page);
  body.call(Fn.HashPage);
  addTotal(Simd.I32x4Add);
  step(body, d, 1);
  body.br(0);
  body.end();
  body.end();
  body.global(Table.Total);
  body.get(total);
  body.vector(Simd.Store, 0);
}

/** hashPage(page): as Memory.hashPage(). */
function emitHashPage(body: Body): void {
  const [page, at, end, word] = [0, 1, 2, 3];
  const lanes = [4, 5, 6, 7];
  const [index, key, x, y, mask] = [8, 9, 10, 11, 12];
  locals(body, 2, 10);
  const times = (constant: number) => {
    body.i32(constant);
    body.simd(Simd.I32x4Splat);
    body.simd(Simd.I32x4Mul);
  };
  const shifted = (local: number, opcode: Simd, by: number) => {
    body.get(local);
    body.i32(by);
    body.simd(opcode);
  };
  /** local ^= local >>> by */
  const fold = (local: number, by: number) => {
    body.get(local);
    shifted(local, Simd.I32x4ShrU, by);
    body.simd(Simd.Xor);
    body.set(local);
  };
  const rotated = (local: number, by: number) => {
    shifted(local, Simd.I32x4Shl, by);
    shifted(local, Simd.I32x4ShrU, 32 - by);
    body.simd(Simd.Or);
  };
  /** Adds a vector on the stack to a lane's sums, without what zeros would add. */
  const addTo = (lane: number) => {
    body.get(mask);
    body.simd(Simd.And);
    body.get(lane);
    body.simd(Simd.I32x4Add);
    body.set(lane);
  };
  body.get(page);
  body.i32(PAGE_SHIFT);
  body.op(Wasm.I32Shl);
  body.tee(at);
  body.i32(PAGE_SIZE);
  body.op(Wasm.I32Add);
  body.set(end);
  body.get(page);
  body.i32(PAGE_SHIFT - 2);
  body.op(Wasm.I32Shl);
  body.simd(Simd.I32x4Splat);
  body.constant(0, 1, 2, 3);
  body.simd(Simd.I32x4Add);
  body.set(index);
  body.block(Wasm.Loop);
  body.get(at);
  body.vector(Simd.Load, 0);
  body.tee(word);
  body.simd(Simd.AnyTrue);
  body.block(Wasm.If);
  body.get(word);
  body.constant(0, 0, 0, 0);
  body.simd(Simd.I32x4Ne);
  body.set(mask);
  body.get(word);
  body.get(index);
  times(0x9e3779b1);
  body.simd(Simd.Xor);
  times(0x85ebca6b);
  body.set(x);
  fold(x, 15);
  body.get(x);
  times(0xc2b2ae35);
  body.set(x);
  fold(x, 13);
  body.get(word);
  body.get(index);
  times(0x27d4eb2f);
  body.simd(Simd.I32x4Add);
  times(0x165667b1);
  body.set(y);
  fold(y, 14);
  body.get(y);
  times(0x2545f491);
  body.set(y);
  fold(y, 16);
  body.get(x);
  addTo(lanes[0]);
  body.get(y);
  addTo(lanes[1]);
  body.get(x);
  rotated(y, 11);
  body.simd(Simd.Xor);
  times(0x7feb352d);
  body.set(key);
  fold(key, 15);
  body.get(key);
  addTo(lanes[2]);
  body.get(y);
  rotated(x, 7);
  body.simd(Simd.I32x4Add);
  times(0x68e31da5);
  body.set(key);
  fold(key, 16);
  body.get(key);
  addTo(lanes[3]);
  body.end();
  body.get(index);
  body.constant(4, 4, 4, 4);
  body.simd(Simd.I32x4Add);
  body.set(index);
  step(body, at, 16);
  body.get(at);
  body.get(end);
  body.op(Wasm.I32LtU);
  body.brIf(0);
  body.end();
  // Four vectors of four sums each become one vector of the four totals.
  const pairs = (a: number, b: number, words: readonly number[]) => {
    body.get(a);
    body.get(b);
    body.shuffle(words);
  };
  const half = (into: number, a: number, b: number) => {
    pairs(a, b, [0, 4, 1, 5]);
    pairs(a, b, [2, 6, 3, 7]);
    body.simd(Simd.I32x4Add);
    body.set(into);
  };
  half(x, lanes[0], lanes[1]);
  half(y, lanes[2], lanes[3]);
  hashAt(body, page);
  pairs(x, y, [0, 1, 4, 5]);
  pairs(x, y, [2, 3, 6, 7]);
  body.simd(Simd.I32x4Add);
  body.vector(Simd.Store, 0);
}
