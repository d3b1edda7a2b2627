// The conditional atomics: one indivisible step, where a loop of compare and exchange would add steps that nobody can
// tell apart. https://docs.kernel.org/core-api/wrappers/atomic_t.html
// The unconditional ones are operations of the machine (linux/atomic.h).

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { addHi, loadHi, loadLo, store } from "./memory.js";
import { DONE } from "./op.js";

/** Arguments: address, size (4 or 8), addend, and for the first kind the value that is left alone. */
const SIZE = 1;
const ADDEND = 2;
const UNLESS = 3;

function conditionalAdd(name: string, adds: (h: Host, lo: number, hi: number) => boolean): ObjectOp {
  const applies = (h: Host, address: number) => {
    const size = h.arg(SIZE);
    return adds(h, loadLo(h, address, size), signedHi(h, address, size));
  };
  return {
    name,
    waits: "never",
    anonymous: true,
    cost: { atomics: 1 },
    commit(h) {
      const address = h.pointer(0);
      const size = h.arg(SIZE);
      if (!h.access(address, size, true)) return DONE;
      const lo = loadLo(h, address, size);
      const hi = signedHi(h, address, size);
      if (applies(h, address))
        store(h, address, size, (lo + h.arg(ADDEND)) | 0, addHi(lo, hi, h.arg(ADDEND), h.argHi(ADDEND)));
      h.setResult(lo, hi);
      return DONE;
    },
    touches(h, f) {
      const address = h.pointer(0);
      const size = h.arg(SIZE);
      if (h.accessible(address, size, true) && !applies(h, address)) f.read(address, size);
      else f.write(address, size);
    },
  };
}

/** The high half, of 4 bytes their sign. */
function signedHi(h: Host, address: number, size: number): number {
  return size === 8 ? loadHi(h, address, size) : h.load32(address) >> 31;
}

export const atomicOps: ObjectOp[] = [
  conditionalAdd(
    "__smplab_fetch_add_unless",
    (h, lo, hi) => (lo | 0) !== h.arg(UNLESS) || hi !== h.argHi(UNLESS),
  ),
  conditionalAdd(
    "__smplab_fetch_add_unless_negative",
    (h, lo, hi) => addHi(lo, hi, h.arg(ADDEND), h.argHi(ADDEND)) >= 0,
  ),
];
