// Per-CPU variables: addresses, allocation and the this_cpu operations.
// https://docs.kernel.org/core-api/this_cpu_ops.html
//
// A pointer to a per-CPU variable is a cookie; which copy it means is decided when the operation runs.
//   this_cpu_*    a read or a write is one step; a read-modify-write is a load and then a store, and holds its CPU in
//                 between: nobody else runs there, but another CPU may well reach over between the two
//   __this_cpu_*  a load and then a store, plain ones, and nothing is held: preemption and interrupts may come in
//                 between. For a context that may be moved, taking the address is a step of its own in front of
//                 them, because the move may come right behind it
//   raw_cpu_*     as __this_cpu_*; they differ in what kernel/rules/preemptible.ts says
// The last two look no address up again: once taken, the copy stays the same one, wherever the context goes.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { addHi, loadHi, loadLo, store } from "./memory.js";
import { DONE, localOp } from "./op.js";
import { atomicNow } from "./preempt.js";

/** Arguments: cookie, size, value (cmpxchg: expected value), [new value]. */
const COOKIE = 0;
const SIZE = 1;
const VALUE = 2;
const NEW_VALUE = 3;
/** Temp words: the address once taken, the old value. */
const ADDRESS = 0;
const OLD_LO = 1;
const OLD_HI = 2;

type Family = "this_cpu" | "__this_cpu" | "raw_cpu";
export const FAMILIES: readonly Family[] = ["this_cpu", "__this_cpu", "raw_cpu"];

/** What an operation makes of the old value. A result of null: nothing is stored (cmpxchg that failed). */
interface Update {
  readonly name: string;
  readonly result: "none" | "old" | "new";
  readonly lo: (h: Host, old: number) => number;
  readonly hi: (h: Host, oldLo: number, old: number) => number;
  /** Is there anything to store? */
  readonly stores?: (h: Host, size: number, oldLo: number, oldHi: number) => boolean;
}

const addition = {
  lo: (h: Host, old: number) => (old + h.arg(VALUE)) | 0,
  hi: (h: Host, oldLo: number, old: number) => addHi(oldLo, old, h.arg(VALUE), h.argHi(VALUE)),
};

const UPDATES: readonly Update[] = [
  { name: "add", result: "none", ...addition },
  { name: "add_return", result: "new", ...addition },
  { name: "and", result: "none", lo: (h, o) => o & h.arg(VALUE), hi: (h, _, o) => o & h.argHi(VALUE) },
  { name: "or", result: "none", lo: (h, o) => o | h.arg(VALUE), hi: (h, _, o) => o | h.argHi(VALUE) },
  { name: "xor", result: "none", lo: (h, o) => o ^ h.arg(VALUE), hi: (h, _, o) => o ^ h.argHi(VALUE) },
  { name: "xchg", result: "old", lo: (h) => h.arg(VALUE), hi: (h) => h.argHi(VALUE) },
  {
    name: "cmpxchg",
    result: "old",
    lo: (h) => h.arg(NEW_VALUE),
    hi: (h) => h.argHi(NEW_VALUE),
    stores: (h, size, oldLo, oldHi) =>
      sameLo(oldLo, h.arg(VALUE), size) && (size < 8 || oldHi === h.argHi(VALUE)),
  },
];

/** Are the low `size` bytes (at most 4) equal? */
function sameLo(a: number, b: number, size: number): boolean {
  const mask = size >= 4 ? -1 : (1 << (8 * size)) - 1;
  return ((a ^ b) & mask) === 0;
}

/** The copy of the CPU that runs this, with the access checked; 0 after a fault. */
function take(h: Host, write: boolean): number {
  const address = h.perCpuAddress(h.arg(COOKIE), h.argHi(COOKIE), h.cpu);
  return address !== 0 && h.access(address, h.arg(SIZE), write) ? address : 0;
}

/** The same for footprints. */
function peek(h: Host): number {
  return h.resolvePerCpu(h.arg(COOKIE), h.argHi(COOKIE), h.cpu);
}

function setResult(h: Host, size: number, lo: number, hi: number): void {
  if (size === 1) h.setResult(lo & 0xff, 0);
  else if (size === 2) h.setResult(lo & 0xffff, 0);
  else h.setResult(lo, size === 8 ? hi : 0);
}

// --- this_cpu_*: the address is taken in the step that uses it ---

function simpleOp(name: string, write: boolean): ObjectOp {
  return {
    name,
    waits: "never",
    commit(h) {
      const address = take(h, write);
      if (address === 0) return DONE;
      const size = h.arg(SIZE);
      if (write) store(h, address, size, h.arg(VALUE), h.argHi(VALUE));
      else setResult(h, size, loadLo(h, address, size), loadHi(h, address, size));
      return DONE;
    },
    touches(h, f) {
      if (write) f.write(peek(h), h.arg(SIZE));
      else f.read(peek(h), h.arg(SIZE));
    },
  };
}

function loadOld(h: Host, address: number): void {
  const size = h.arg(SIZE);
  h.setTemp(ADDRESS, address);
  h.setTemp(OLD_LO, loadLo(h, address, size));
  h.setTemp(OLD_HI, loadHi(h, address, size));
}

/** The second half of an update: computes, stores, gives the result. */
function storeNew(h: Host, update: Update): void {
  const size = h.arg(SIZE);
  const oldLo = h.temp(OLD_LO);
  const oldHi = h.temp(OLD_HI);
  const lo = update.lo(h, oldLo);
  const hi = update.hi(h, oldLo, oldHi);
  if (update.stores?.(h, size, oldLo, oldHi) ?? true) store(h, h.temp(ADDRESS) >>> 0, size, lo, hi);
  if (update.result === "old") setResult(h, size, oldLo, oldHi);
  else if (update.result === "new") setResult(h, size, lo, hi);
}

function touchStore(h: Host, f: Footprint, update: Update, plain: boolean): void {
  const stores = update.stores?.(h, h.arg(SIZE), h.temp(OLD_LO), h.temp(OLD_HI)) ?? true;
  if (stores) f.write(h.temp(ADDRESS) >>> 0, h.arg(SIZE), plain);
}

function heldUpdateOp(name: string, update: Update): ObjectOp {
  return {
    name,
    waits: "never",
    phases: ["load", "store"],
    commit(h) {
      if (h.phase === 0) {
        const address = take(h, true);
        if (address === 0) return DONE;
        loadOld(h, address);
        h.hold();
        return 1;
      }
      if (!h.access(h.temp(ADDRESS) >>> 0, h.arg(SIZE), true)) return DONE;
      storeNew(h, update);
      h.unhold();
      return DONE;
    },
    touches(h, f) {
      if (h.phase === 0) f.read(peek(h), h.arg(SIZE));
      else touchStore(h, f, update, false);
      // With interrupts off nobody could come in anyway: holding is nothing that others notice.
      if (h.irqOff(h.task) === 0) f.cpu(h.cpu);
    },
  };
}

// --- __this_cpu_* and raw_cpu_*: [address], load, store ---

const LOAD = 1;
const STORE = 2;

/** A context that cannot be moved takes the address in the step that loads or stores first. */
function unheldPhase(h: Host, first: number): number {
  return h.phase === 0 && (atomicNow(h) || !h.migratable(h.task)) ? first : h.phase;
}

function unheldSimpleOp(name: string, write: boolean): ObjectOp {
  return {
    name,
    waits: "never",
    commit(h) {
      const phase = unheldPhase(h, LOAD);
      if (phase === 0) {
        const address = take(h, write);
        if (address === 0) return DONE;
        h.setTemp(ADDRESS, address);
        return LOAD;
      }
      const address = h.phase === 0 ? take(h, write) : h.temp(ADDRESS) >>> 0;
      const size = h.arg(SIZE);
      if (address === 0 || !h.access(address, size, write)) return DONE;
      if (write) store(h, address, size, h.arg(VALUE), h.argHi(VALUE));
      else setResult(h, size, loadLo(h, address, size), loadHi(h, address, size));
      return DONE;
    },
    touches(h, f) {
      if (unheldPhase(h, LOAD) === 0) return;
      const address = h.phase === 0 ? peek(h) : h.temp(ADDRESS) >>> 0;
      if (write) f.write(address, h.arg(SIZE), true);
      else f.read(address, h.arg(SIZE), true);
    },
  };
}

function unheldUpdateOp(name: string, update: Update): ObjectOp {
  return {
    name,
    waits: "never",
    phases: ["load", "load", "store"],
    commit(h) {
      const phase = unheldPhase(h, LOAD);
      if (phase === 0) {
        const address = take(h, true);
        if (address === 0) return DONE;
        h.setTemp(ADDRESS, address);
        return LOAD;
      }
      if (phase === LOAD) {
        const address = h.phase === 0 ? take(h, true) : h.temp(ADDRESS) >>> 0;
        if (address === 0 || !h.access(address, h.arg(SIZE), true)) return DONE;
        loadOld(h, address);
        return STORE;
      }
      if (h.access(h.temp(ADDRESS) >>> 0, h.arg(SIZE), true)) storeNew(h, update);
      return DONE;
    },
    touches(h, f) {
      const phase = unheldPhase(h, LOAD);
      if (phase === LOAD) f.read(h.phase === 0 ? peek(h) : h.temp(ADDRESS) >>> 0, h.arg(SIZE), true);
      else if (phase === STORE) touchStore(h, f, update, true);
    },
  };
}

// --- which CPU, which address ---

/**
 * The number or the address may be stale one step later, so for a context that may be moved it is a step: before it
 * the move still counts.
 */
function whereOp(name: string, result: (h: Host) => void): ObjectOp {
  return {
    name,
    waits: "never",
    local: (h) => atomicNow(h) || !h.migratable(h.task),
    commit(h) {
      result(h);
      return DONE;
    },
    touches() {},
  };
}

const ownCopy = (h: Host) => h.setResult(h.perCpuAddress(h.arg(COOKIE), h.argHi(COOKIE), h.cpu));
const ownNumber = (h: Host) => h.setResult(h.cpu);

/** Not a word that is stored anywhere: stands for the machine's allocator of per-CPU memory. */
const PERCPU_AREA = 0;

function allocate(h: Host): number {
  const cookie = h.allocatePerCpu(h.arg(0) >>> 0, Math.max(1, h.arg(1)));
  h.setResult(cookie);
  return DONE;
}

export const percpuOps: ObjectOp[] = [
  ...FAMILIES.flatMap((family) => {
    const held = family === "this_cpu";
    const simple = held ? simpleOp : unheldSimpleOp;
    const updating = held ? heldUpdateOp : unheldUpdateOp;
    return [
      simple(`${family}_read`, false),
      simple(`${family}_write`, true),
      ...UPDATES.map((update) => updating(`${family}_${update.name}`, update)),
    ];
  }),
  localOp("per_cpu_ptr", (h) => {
    const c = h.arg(1);
    if (c < 0 || c >= h.config.cpus) {
      h.fatal("kasan:wild-memory-access", `per_cpu_ptr() for CPU ${c} of a machine with ${h.config.cpus}`);
      return;
    }
    h.setResult(h.perCpuAddress(h.arg(COOKIE), h.argHi(COOKIE), c));
  }),
  whereOp("this_cpu_ptr", ownCopy),
  whereOp("raw_cpu_ptr", ownCopy),
  whereOp("smp_processor_id", ownNumber),
  whereOp("raw_smp_processor_id", ownNumber),
  {
    // The areas are common to all contexts: who allocates first gets the lower offset.
    name: "__alloc_percpu",
    waits: "never",
    commit: allocate,
    touches(_, f) {
      f.writeGlobal(PERCPU_AREA);
    },
  },
  {
    name: "free_percpu",
    waits: "never",
    commit(h) {
      if (h.arg(0) === 0 && h.argHi(0) === 0) return DONE;
      const size = h.perCpuSize(h.arg(0), h.argHi(0));
      if (size >= 0) h.releasePerCpu(h.arg(0) >>> 0);
      else if (size === -1) h.fatal("kasan:double-free", "free_percpu() of freed memory", h.arg(0) >>> 0);
      else h.fatal("kasan:invalid-free", "free_percpu() of what is not the start of live per-CPU memory");
      return DONE;
    },
    touches(h, f) {
      const size = h.perCpuSize(h.arg(0), h.argHi(0));
      f.writeGlobal(PERCPU_AREA);
      for (let c = 0; c < h.config.cpus; c++) {
        const address = h.resolvePerCpu(h.arg(0), h.argHi(0), c);
        if (address !== 0) f.write(address, Math.max(1, size));
      }
    },
  },
];
