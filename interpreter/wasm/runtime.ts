// The heap's operations as WebAssembly, for straight runs: what heap.ts does, on the same bytes, without leaving
// compiled code. Whatever is not plain (no room, not the start of a live object, a recorder that listens) is left to
// the machine: these functions then have changed nothing.

import { FREED, HEAP_HEADER, HEAP_MAGIC, LIVE } from "../machine/heap.js";
import { Shadow } from "../machine/layout.js";
import { type Body, ValType, Wasm } from "./encoder.js";
import { Control } from "./layout.js";
import type { Unit } from "./unit.js";

/** Largest object in bytes that is made and dropped here. */
export const HEAP_LIMIT = 1024;

const CLOSED = 8;

class Heap {
  constructor(
    private readonly unit: Unit,
    private readonly body: Body,
  ) {}

  private locals(i32s: number): void {
    this.body.u32(1);
    this.body.u32(i32s);
    this.body.u8(ValType.I32);
  }

  private control(offset: number, opcode = Wasm.I32Load): void {
    this.body.i32(0);
    this.body.memory(opcode, this.unit.engine.control + offset);
  }

  /** Leaves with 0 if the condition on the stack is true. */
  private giveUpIf(): void {
    const { body } = this;
    body.block(Wasm.If);
    body.i32(0);
    body.op(Wasm.Return);
    body.end();
  }

  /** Shadow and guards of the two granules from `g` (a local) on. */
  private pair(g: number, shadow: number, guard: number): void {
    const { body, unit } = this;
    for (const [table, value] of [
      [unit.map.shadowBase, shadow],
      [unit.engine.loadGuard, guard],
      [unit.engine.storeGuard, guard],
    ]) {
      body.get(g);
      body.i32(value * 0x0101);
      body.memory(Wasm.I32Store16, table);
    }
  }

  private step(local: number, by: number): void {
    this.body.get(local);
    this.body.i32(by);
    this.body.op(Wasm.I32Add);
    this.body.set(local);
  }

  /** The mask of the two granules from `g` on: which bytes nothing has been stored to. */
  private masks(g: number, mask: number): void {
    this.body.get(g);
    this.body.i32(mask);
    this.body.memory(Wasm.I32Store16, this.unit.maskTable());
  }

  /** (size: i64, site + 1) -> address or 0. Raw objects have no content yet. */
  allocate(raw: boolean): void {
    const fresh = raw ? Shadow.Uninitialised : 0;
    const { body } = this;
    const [size, site, units, header, g, end, rest] = [0, 1, 2, 3, 4, 5, 6];
    this.locals(5);
    body.get(size);
    body.i64(1, 0);
    body.op(Wasm.I64Sub);
    this.control(Control.HeapLimit, Wasm.I64Load);
    body.op(Wasm.I64GeU);
    this.giveUpIf();
    this.control(Control.ArenaBase);
    this.control(Control.ArenaTopAt);
    body.memory(Wasm.I32Load, 0);
    body.op(Wasm.I32Add);
    body.set(header);
    body.get(size);
    body.op(Wasm.I32Wrap);
    body.i32(15);
    body.op(Wasm.I32Add);
    body.i32(4);
    body.op(Wasm.I32ShrU);
    body.tee(units);
    body.i32(4);
    body.op(Wasm.I32Shl);
    body.get(header);
    body.op(Wasm.I32Add);
    body.i32(HEAP_HEADER);
    body.op(Wasm.I32Add);
    body.tee(end);
    body.i32(HEAP_HEADER);
    body.op(Wasm.I32Add);
    this.control(Control.ArenaEnd);
    body.op(Wasm.I32GtU);
    this.giveUpIf();
    this.control(Control.ArenaTopAt);
    body.get(end);
    this.control(Control.ArenaBase);
    body.op(Wasm.I32Sub);
    body.memory(Wasm.I32Store, 0);
    body.get(header);
    body.get(size);
    body.i64(0, LIVE);
    body.op(Wasm.I64Or);
    body.memory(Wasm.I64Store, 0);
    body.get(header);
    body.i32(HEAP_MAGIC);
    body.memory(Wasm.I32Store, 8);
    body.get(header);
    body.get(site);
    body.memory(Wasm.I32Store, 12);
    // Red zone, object, red zone.
    body.get(header);
    body.i32(3);
    body.op(Wasm.I32ShrU);
    body.set(g);
    this.pair(g, Shadow.HeapRedzone, CLOSED);
    body.block(Wasm.Loop);
    this.step(g, 2);
    this.pair(g, fresh, raw ? CLOSED : 0);
    if (raw) this.masks(g, 0xffff);
    this.step(units, -1);
    body.get(units);
    body.brIf(0);
    body.end();
    this.step(g, 2);
    this.pair(g, Shadow.HeapRedzone, CLOSED);
    // The last 16 bytes, where the object does not fill them.
    body.get(size);
    body.op(Wasm.I32Wrap);
    body.i32(15);
    body.op(Wasm.I32And);
    body.tee(rest);
    body.block(Wasm.If);
    body.get(rest);
    body.i32(8);
    body.op(Wasm.I32GtU);
    body.block(Wasm.If);
    this.partial(g, -1, rest, 8, raw);
    body.op(Wasm.Else);
    this.single(g, -1, Shadow.HeapRedzone, CLOSED);
    if (raw) {
      body.get(g);
      body.i32(0);
      body.memory(Wasm.I32Store8, this.unit.maskTable() - 1);
    }
    body.get(rest);
    body.i32(8);
    body.op(Wasm.I32LtU);
    body.block(Wasm.If);
    this.partial(g, -2, rest, 0, raw);
    body.end();
    body.end();
    body.end();
    body.get(header);
    body.i32(HEAP_HEADER);
    body.op(Wasm.I32Add);
    body.end();
  }

  /** One granule at g + offset, whose first rest - without bytes belong to the object. */
  private partial(g: number, offset: number, rest: number, without: number, raw: boolean): void {
    const { body, unit } = this;
    body.get(g);
    body.get(rest);
    body.i32(without - (raw ? Shadow.Uninitialised : 0));
    body.op(Wasm.I32Sub);
    body.memory(Wasm.I32Store8, unit.map.shadowBase + offset);
    if (raw) {
      body.get(g);
      body.i32(1);
      body.get(rest);
      body.i32(without);
      body.op(Wasm.I32Sub);
      body.op(Wasm.I32Shl);
      body.i32(1);
      body.op(Wasm.I32Sub);
      body.memory(Wasm.I32Store8, this.unit.maskTable() + offset);
      return;
    }
    for (const table of [unit.engine.loadGuard, unit.engine.storeGuard]) {
      body.get(g);
      body.i32(CLOSED + without);
      body.get(rest);
      body.op(Wasm.I32Sub);
      body.memory(Wasm.I32Store8, table + offset);
    }
  }

  private single(g: number, offset: number, shadow: number, guard: number): void {
    const { body, unit } = this;
    for (const [table, value] of [
      [unit.map.shadowBase, shadow],
      [unit.engine.loadGuard, guard],
      [unit.engine.storeGuard, guard],
    ]) {
      body.get(g);
      body.i32(value);
      body.memory(Wasm.I32Store8, table + offset);
    }
  }

  /** (object: i64) -> 1 when it has been freed. */
  release(): void {
    const { body, unit } = this;
    const [object, at, units, g, rest] = [0, 1, 2, 3, 4];
    const first = unit.map.arenasStart + HEAP_HEADER;
    this.locals(4);
    this.control(Control.HeapLimit, Wasm.I64Load);
    body.op(Wasm.I64Eqz);
    this.giveUpIf();
    body.get(object);
    body.i64Number(first);
    body.op(Wasm.I64Sub);
    body.i64Number(unit.map.memoryEnd - first);
    body.op(Wasm.I64GeU);
    this.giveUpIf();
    body.get(object);
    body.op(Wasm.I32Wrap);
    body.tee(at);
    body.i32(15);
    body.op(Wasm.I32And);
    this.giveUpIf();
    this.step(at, -HEAP_HEADER);
    body.get(at);
    body.memory(Wasm.I32Load, 8);
    body.i32(HEAP_MAGIC);
    body.op(Wasm.I32Ne);
    this.giveUpIf();
    body.get(at);
    body.memory(Wasm.I32Load, 4);
    body.i32(LIVE);
    body.op(Wasm.I32Ne);
    this.giveUpIf();
    body.get(at);
    body.memory(Wasm.I32Load, 0);
    body.tee(rest);
    body.i32(1);
    body.op(Wasm.I32Sub);
    body.i32(HEAP_LIMIT);
    body.op(Wasm.I32GeU);
    this.giveUpIf();
    body.get(at);
    body.i32(FREED);
    body.memory(Wasm.I32Store, 4);
    body.get(rest);
    body.i32(15);
    body.op(Wasm.I32Add);
    body.i32(4);
    body.op(Wasm.I32ShrU);
    body.set(units);
    body.get(at);
    body.i32(3);
    body.op(Wasm.I32ShrU);
    body.set(g);
    body.block(Wasm.Loop);
    this.step(at, 16);
    this.step(g, 2);
    body.get(at);
    body.i64(0, 0);
    body.memory(Wasm.I64Store, 0);
    body.get(at);
    body.i64(0, 0);
    body.memory(Wasm.I64Store, 8);
    this.pair(g, Shadow.HeapFreed, CLOSED);
    // Nothing of it is waiting to be initialised any more.
    this.masks(g, 0);
    this.step(units, -1);
    body.get(units);
    body.brIf(0);
    body.end();
    // The last granule may have been red zone all along.
    body.get(rest);
    body.i32(15);
    body.op(Wasm.I32And);
    body.i32(1);
    body.op(Wasm.I32Sub);
    body.i32(8);
    body.op(Wasm.I32LtU);
    body.block(Wasm.If);
    this.single(g, 1, Shadow.HeapRedzone, CLOSED);
    body.end();
    body.i32(1);
    body.end();
  }
}

export function emitAllocate(unit: Unit, body: Body, raw: boolean): void {
  new Heap(unit, body).allocate(raw);
}

export function emitRelease(unit: Unit, body: Body): void {
  new Heap(unit, body).release();
}
