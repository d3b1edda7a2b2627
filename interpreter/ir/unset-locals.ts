// Which locals in memory may hold what nobody has set while somebody reads them?
//
// In: a function in which `local.begin` stands where a local without initialiser begins its life. Out: the same without
// those of locals that every path sets before anybody can read them; the others are marked as watched, and a
// `local.end` stands in front of every return. A watched local costs something when it runs, so this pass looks
// closely: data flow over the bytes that are certainly set. Stores at known places and memset set them; a value that may
// come from unset memory (from anywhere but a local that is not watched) and a copy of such memory do
// the opposite. Any other use of the address (an index, an argument) counts as a read of the whole object, since who
// gets it may read.

import { constantOf } from "./fold.js";
import { forEachUse, makeInstr, reversePostorder, successors } from "./graph.js";
import { Flag, type Instr, type IrFunction } from "./program.js";

/** The parts of a draft that this pass reads and adds to. */
export interface Watching {
  readonly fn: IrFunction;
  /** Texts of sites; new ones are added. */
  readonly whats: (string | null)[];
  /** Stores whose value leaves the function: arguments of variadic ones. */
  readonly handedOver: ReadonlySet<Instr>;
}

/** Of larger objects only writing all of it is followed. */
const MAX_BYTES = 512;

/** Operations whose result is computed from their operands alone. */
const FOLLOWED = /^(mov$|select$|[if](32|64)\.)/;

const BYTES: Readonly<Record<string, number>> = { i8: 1, i16: 2, i32: 4, f32: 4, i64: 8, f64: 8 };

export function watchLocals({ fn, whats, handedOver }: Watching): void {
  for (const block of fn.blocks)
    for (const instr of block) if (handedOver.has(instr)) instr.flags |= Flag.HandedOver;
  if (fn.slots.length === 0) return;
  const flow = new Flow(fn);
  const watched = flow.watched();
  const isGone = (instr: Instr): boolean => {
    if (instr.op === "local.begin") return !watched.has(flow.begins.get(instr)!);
    return instr.op === "addr.local" && !watched.has(instr.immHi) && flow.onlyBegins(instr.dst);
  };
  for (const slot of watched) fn.slots[slot]!.watched = true;
  fn.blocks.forEach((block, b) => {
    const kept = block.filter((instr) => !isGone(instr));
    const last = kept[kept.length - 1]!;
    if (last.op === "ret" && watched.size > 0) {
      kept.pop();
      for (const slot of watched) {
        const a = fn.regs.push("i64") - 1;
        fn.regNames.push(null);
        kept.push(makeInstr("addr.local", { dst: a, immHi: slot, loc: last.loc }));
        const site = whats.push(null) - 1;
        kept.push(makeInstr("local.end", { a, immHi: fn.slots[slot]!.size, loc: last.loc, site }));
      }
      kept.push(last);
    }
    fn.blocks[b] = kept;
  });
}

interface Place {
  readonly slot: number;
  readonly offset: number;
}

class Flow {
  /** Slot of each local.begin. */
  readonly begins = new Map<Instr, number>();
  /** Registers that hold one place all the time. */
  private readonly places = new Map<number, Place>();
  private readonly constants = new Map<number, number>();
  /** The slot that an address was made from, by register. */
  private readonly slotOf = new Map<number, number>();
  /** Registers with addresses that were made from those of globals. */
  private readonly global = new Set<number>();
  /** Registers whose value may come from memory that nobody has set. */
  private readonly tainted = new Set<number>();
  /** How often each register is read by something else than a local.begin. */
  private readonly reads: Int32Array;
  /** By slot: all bytes of the object, or one bit for a large one. */
  private readonly all: readonly bigint[];
  private readonly read = new Set<number>();

  constructor(private readonly fn: IrFunction) {
    this.reads = new Int32Array(fn.regs.length);
    this.all = fn.slots.map(({ size }) => (size <= MAX_BYTES ? (1n << BigInt(size)) - 1n : 1n));
    const writes = new Int32Array(fn.regs.length);
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.op !== "local.begin") forEachUse(instr, (reg) => this.reads[reg]!++);
        const { dst } = instr;
        if (dst < 0) continue;
        if (++writes[dst]! > 1 || dst < fn.params.length) {
          this.places.delete(dst);
          this.constants.delete(dst);
        } else if (instr.op === "addr.local") this.places.set(dst, { slot: instr.immHi, offset: instr.imm });
        else {
          const value = constantOf(instr);
          if (typeof value === "bigint") this.constants.set(dst, Number(value));
        }
      }
    }
    this.findOrigins();
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.op !== "local.begin") continue;
        const slot = this.slotOf.get(instr.a);
        if (slot === undefined) throw new Error("local.begin of no local");
        this.begins.set(instr, slot);
      }
    }
  }

  /** What addresses were made from. */
  private findOrigins(): void {
    const { slotOf, global } = this;
    for (let before = -1; before !== slotOf.size + global.size; ) {
      before = slotOf.size + global.size;
      for (const block of this.fn.blocks) {
        for (const { op, dst, a, b, immHi } of block) {
          if (dst < 0) continue;
          if (op === "addr.local" && !slotOf.has(dst)) slotOf.set(dst, immHi);
          else if (op === "addr.global") global.add(dst);
          else if (/^(mov|i64\.(add|and))$/.test(op)) {
            for (const from of [a, b]) {
              if (slotOf.has(from) && !slotOf.has(dst)) slotOf.set(dst, slotOf.get(from)!);
              if (global.has(from)) global.add(dst);
            }
          }
        }
      }
    }
  }

  /** The registers whose value may come from unset memory, if that of these slots may be. */
  private findTainted(): void {
    const { tainted, read, slotOf } = this;
    for (let before = -1; before !== tainted.size; ) {
      before = tainted.size;
      for (const block of this.fn.blocks) {
        for (const instr of block) {
          if (instr.dst < 0 || tainted.has(instr.dst)) continue;
          if (instr.op.startsWith("load.")) {
            const slot = slotOf.get(instr.a);
            if (slot === undefined || read.has(slot)) tainted.add(instr.dst);
          } else if (instr.args === null && FOLLOWED.test(instr.op)) {
            forEachUse(instr, (reg) => {
              if (tainted.has(reg)) tainted.add(instr.dst);
            });
          }
        }
      }
    }
  }

  onlyBegins(reg: number): boolean {
    return this.reads[reg] === 0;
  }

  /** The slots that somebody may read while what is read is not certainly set. */
  watched(): Set<number> {
    // What comes from a watched local may be unset, too.
    for (let before = -1; before !== this.read.size; ) {
      before = this.read.size;
      this.findTainted();
      this.flow();
    }
    return this.read;
  }

  private flow(): void {
    const { fn, all } = this;
    const into: (bigint[] | undefined)[] = fn.blocks.map(() => undefined);
    into[0] = [...all];
    const order = reversePostorder(fn);
    for (let changed = true; changed; ) {
      changed = false;
      for (const b of order) {
        const before = into[b];
        if (before === undefined) continue;
        const state = [...before];
        for (const instr of fn.blocks[b]!) this.step(instr, state);
        for (const to of successors(fn.blocks[b]!)) {
          const old = into[to];
          if (old === undefined) {
            into[to] = [...state];
            changed = true;
            continue;
          }
          state.forEach((set, i) => {
            if ((old[i]! & set) === old[i]) return;
            old[i]! &= set;
            changed = true;
          });
        }
      }
    }
  }

  /** Reads seen with less than what is certain in the end were seen too early at worst: sets only shrink. */
  private step(instr: Instr, state: bigint[]): void {
    const { op, a, b, c, imm } = instr;
    if (op === "local.begin") {
      state[this.begins.get(instr)!] = 0n;
      return;
    }
    if (op === "addr.local" && !this.places.has(instr.dst)) {
      // Which address this register holds is not known where it is used.
      this.usingSlot(instr.immHi, state);
      return;
    }
    if (op.startsWith("check.stored")) {
      this.writing(b, imm, instr.immHi, false, state);
      return;
    }
    const size = BYTES[/^(?:load|store)\.([if]\d+)/.exec(op)?.[1] ?? ""];
    if (size !== undefined && op.startsWith("load")) {
      this.reading(a, imm, size, state);
      return;
    }
    if (size !== undefined) {
      this.using(b, state);
      const isSet = !this.tainted.has(b) || (instr.flags & Flag.HandedOver) !== 0;
      this.writing(a, imm, size, isSet, state);
      return;
    }
    if (op === "memset" || op === "memcpy" || op === "memmove") {
      const count = this.constants.get(c);
      // A copy is as unset as what was copied.
      this.writing(a, 0, count, op === "memset" || this.isSet(b, count, state), state);
      if (op !== "memset") this.reading(b, 0, count, state);
      return;
    }
    forEachUse(instr, (reg) => this.using(reg, state));
  }

  /** Which bytes of the object [from, from + size) are; null if it does not have them. */
  private bytes(slot: number, from: number, size: number): bigint | null {
    const whole = this.fn.slots[slot]!.size;
    if (from < 0 || from + size > whole) return null;
    if (whole > MAX_BYTES) return from === 0 && size === whole ? 1n : 0n;
    return ((1n << BigInt(size)) - 1n) << BigInt(from);
  }

  private using(reg: number, state: bigint[]): void {
    const place = this.places.get(reg);
    if (place !== undefined) this.usingSlot(place.slot, state);
  }

  private usingSlot(slot: number, state: bigint[]): void {
    if (state[slot] !== this.all[slot]) this.read.add(slot);
  }

  private reading(reg: number, imm: number, size: number | undefined, state: bigint[]): void {
    const place = this.places.get(reg);
    if (place === undefined) {
      // The address was used when it was made, but the object may have become unset since.
      const slot = this.slotOf.get(reg);
      if (slot !== undefined) this.usingSlot(slot, state);
      return;
    }
    const bytes = size === undefined ? null : this.bytes(place.slot, place.offset + imm, size);
    // Of a large object any part may be the one that is missing.
    if (bytes === null || bytes === 0n) this.usingSlot(place.slot, state);
    else if ((state[place.slot]! & bytes) !== bytes) this.read.add(place.slot);
  }

  /** Does a copy from this address certainly bring nothing that is unset? */
  private isSet(reg: number, count: number | undefined, state: bigint[]): boolean {
    const place = this.places.get(reg);
    if (place === undefined) return this.global.has(reg);
    const bytes = count === undefined ? null : this.bytes(place.slot, place.offset, count);
    if (bytes === null || bytes === 0n) return state[place.slot] === this.all[place.slot];
    return (state[place.slot]! & bytes) === bytes;
  }

  private writing(reg: number, imm: number, size: number | undefined, isSet: boolean, state: bigint[]): void {
    const place = this.places.get(reg);
    const slot = place?.slot ?? this.slotOf.get(reg);
    if (slot === undefined) return;
    const bytes =
      place === undefined || size === undefined ? null : this.bytes(slot, place.offset + imm, size);
    if (isSet && bytes !== null) state[slot]! |= bytes;
    else if (!isSet) state[slot]! &= bytes === null || bytes === 0n ? 0n : ~bytes;
    else this.usingSlot(slot, state);
  }
}
