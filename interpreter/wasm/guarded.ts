// Tests of accesses through pointers of which nothing is known, in the fast form: a load from the table of guards, and one
// comparison. What is closed there may still be a raw object of the heap, of which only some bytes have been stored to.
//
// Several loads from one pointer are tested together, by the guards of all their granules in one word: adding to each
// guard what its granule's last byte asks for carries into bit 3 where the guard is too high.

import { Shadow, UNSET_MASK } from "../machine/layout.js";
import { Wasm } from "./encoder.js";
import type { SitePlan } from "./plan.js";
import { StructuredEmitter } from "./structured.js";
import type { LoadGroup } from "./validated.js";

export abstract class GuardedEmitter extends StructuredEmitter {
  /** Tests an access at the pointer, which is inside memory. */
  protected guarded(site: SitePlan, size: number, store: boolean, shift: number): void {
    const { body, unit, pointer } = this;
    body.get(pointer);
    body.i32(3);
    body.op(Wasm.I32ShrU);
    body.memory(Wasm.I32Load8U, unit.engine.loadGuard);
    body.get(pointer);
    body.i32(7);
    body.op(Wasm.I32And);
    body.op(Wasm.I32Add);
    if (size < 8) {
      // What is misaligned becomes huge.
      this.orMisaligned(shift);
      body.i32(8 - size);
      body.op(Wasm.I32GtU);
    }
    // Not open; but it may be a raw object of the heap, or a watched local.
    body.block(Wasm.If);
    this.nesting++;
    if (shift > 0) {
      this.misalignedBits(shift);
      this.slowIf(site);
    }
    this.rawObject(site, size, store);
    this.nesting--;
    body.end();
  }

  /** Tests loads together; the pointer is at the lowest byte, and all of them are inside memory. */
  protected guardedGroup(site: SitePlan, { span, place, loads }: LoadGroup): void {
    const { body, unit, pointer } = this;
    const granules = (place + span + 7) >> 3;
    const ends = new Array<number>(8).fill(0);
    for (const { at, size } of loads) {
      const last = place + at + size - 1;
      ends[last >> 3] = Math.max(ends[last >> 3], (last & 7) + 1);
    }
    const word = (bytes: readonly number[]): number =>
      bytes.reduce((sum, byte, i) => sum | (byte << (8 * i)), 0);
    const adds = ends.map((end) => Math.max(0, end - 1));
    const mask = ends.map((end) => (end > 0 ? 8 : 0));
    body.get(pointer);
    body.i32(3);
    body.op(Wasm.I32ShrU);
    if (granules > 4) {
      body.memory(Wasm.I64Load, unit.engine.loadGuard);
      body.i64(word(adds.slice(0, 4)), word(adds.slice(4)));
      body.op(Wasm.I64Add);
      body.i64(word(mask.slice(0, 4)), word(mask.slice(4)));
      body.op(Wasm.I64And);
      body.i64(0, 0);
      body.op(Wasm.I64Ne);
    } else {
      const load = granules > 2 ? Wasm.I32Load : granules > 1 ? Wasm.I32Load16U : Wasm.I32Load8U;
      body.memory(load, unit.engine.loadGuard);
      body.i32(word(adds.slice(0, 4)));
      body.op(Wasm.I32Add);
      body.i32(word(mask.slice(0, 4)));
      body.op(Wasm.I32And);
    }
    body.get(pointer);
    if (place > 0) {
      body.i32(place);
      body.op(Wasm.I32Sub);
    }
    body.i32(7);
    body.op(Wasm.I32And);
    body.op(Wasm.I32Or);
    body.block(Wasm.If);
    this.nesting++;
    // One by one, then.
    let from = 0;
    for (const { at, size } of loads) {
      body.get(pointer);
      body.i32(at - from);
      body.op(Wasm.I32Add);
      body.set(pointer);
      from = at;
      this.guarded(site, size, false, 31 - Math.clz32(size));
    }
    this.nesting--;
    body.end();
  }

  /**
   * An access whose guard is closed, at the pointer: fine all the same if it lies in a raw object of the heap or a
   * watched local, within its bounds, and reads only what was stored to, or stores. Without a call, which would cost
   * the loop around it its registers.
   */
  private rawObject(site: SitePlan, size: number, store: boolean): void {
    const { body, unit, pointer, status: granule, extra } = this;
    const inGranule = () => {
      body.get(pointer);
      body.i32(7);
      body.op(Wasm.I32And);
    };
    body.get(pointer);
    body.i32(3);
    body.op(Wasm.I32ShrU);
    body.tee(granule);
    body.memory(Wasm.I32Load8U, unit.map.shadowBase);
    body.tee(extra);
    body.i32(UNSET_MASK);
    body.op(Wasm.I32And);
    body.i32(Shadow.Uninitialised);
    body.op(Wasm.I32Ne);
    this.slowIf(site);
    // The last byte of the access must not lie behind the last of the object: byte 7 when the code says 0.
    inGranule();
    body.i32(size - 1);
    body.op(Wasm.I32Add);
    body.get(extra);
    body.i32(1);
    body.op(Wasm.I32Sub);
    body.i32(7);
    body.op(Wasm.I32And);
    body.op(Wasm.I32GtU);
    this.slowIf(site);
    const bits = (1 << size) - 1;
    if (!store) {
      body.get(granule);
      body.memory(Wasm.I32Load8U, unit.maskTable());
      inGranule();
      body.op(Wasm.I32ShrU);
      body.i32(bits);
      body.op(Wasm.I32And);
      this.slowIf(site);
      return;
    }
    body.get(granule);
    body.get(granule);
    body.memory(Wasm.I32Load8U, unit.maskTable());
    body.i32(bits);
    inGranule();
    body.op(Wasm.I32Shl);
    body.i32(-1);
    body.op(Wasm.I32Xor);
    body.op(Wasm.I32And);
    body.tee(this.mask);
    body.memory(Wasm.I32Store8, unit.maskTable());
    body.get(this.mask);
    body.op(Wasm.I32Eqz);
    body.block(Wasm.If);
    // All of its bytes in this granule: from now on it is as any other.
    body.get(granule);
    body.i32(Shadow.Stack);
    body.get(extra);
    body.i32(7);
    body.op(Wasm.I32And);
    body.get(extra);
    body.i32(Shadow.UnsetStack - Shadow.Uninitialised);
    body.op(Wasm.I32And);
    body.op(Wasm.Select);
    body.memory(Wasm.I32Store8, unit.map.shadowBase);
    for (const table of [unit.engine.loadGuard, unit.engine.storeGuard]) {
      body.get(granule);
      body.i32(0);
      body.get(extra);
      body.op(Wasm.I32Sub);
      body.i32(7);
      body.op(Wasm.I32And);
      body.memory(Wasm.I32Store8, table);
    }
    body.end();
  }
}
