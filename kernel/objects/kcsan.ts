// Assertions of the data race detector. https://docs.kernel.org/dev-tools/kcsan.html
// An assertion does nothing; all that matters is what it would touch, which the search holds against what others are
// about to do. One of a scope does so wherever its context stands until the scope is left: the scopes that a context is
// in are a list through structures on its stack (linux/kcsan-checks.h), and their claims are part of every footprint.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { DONE, localOp } from "./op.js";
import { Word } from "./words.js";

/** Bits of the type (linux/kcsan-checks.h). */
const WRITE = 1;
const ATOMIC = 4;
const ASSERT = 8;

/** struct kcsan_scoped_access. */
const OUTER = 0;
const POINTER = 8;
const EXTENT = 16;
const TYPE = 24;
const SCOPE_SIZE = 32;

function touch(f: Footprint, address: number, size: number, type: number, scoped: boolean): void {
  const write = (type & WRITE) !== 0;
  if (type & ASSERT) f.assert(address, size, write, scoped);
  else if (write) f.write(address, size, (type & ATOMIC) === 0);
  else f.read(address, size, (type & ATOMIC) === 0);
}

/** kcsan_nestable_atomic_begin() counts up from 1; this says that kcsan_atomic_next() is in force. */
const NEXT = 0x10000;

/** What a context does until further notice counts as marked. */
function markingOp(name: string, after: (h: Host, marking: number) => number): ObjectOp {
  return localOp(name, (h) => h.setMarking(h.task, after(h, h.marking(h.task))));
}

/** The claims of the scopes that a context is in. */
export function touchClaims(h: Host, task: number, f: Footprint): void {
  for (let at = h.word(task, Word.Claims) >>> 0; at !== 0; at = h.load32(at + OUTER) >>> 0)
    touch(f, h.load32(at + POINTER) >>> 0, h.load32(at + EXTENT), h.load32(at + TYPE), true);
}

export const kcsanOps: ObjectOp[] = [
  markingOp("kcsan_nestable_atomic_begin", (_, marking) => marking + 1),
  markingOp("kcsan_nestable_atomic_end", (_, marking) => marking - ((marking & (NEXT - 1)) > 0 ? 1 : 0)),
  markingOp("kcsan_atomic_next", (h, marking) => (marking & (NEXT - 1)) | (h.arg(0) > 0 ? NEXT : 0)),
  {
    name: "__kcsan_check_access",
    waits: "never",
    commit: () => DONE,
    touches(h, f) {
      touch(f, h.pointer(0), h.arg(1), h.arg(2), false);
    },
  },
  {
    name: "__smplab_assert_bits",
    waits: "never",
    marksNext: true,
    commit: () => DONE,
    touches(h, f) {
      f.assertBits(h.pointer(0), h.arg(1), h.arg(2), h.argHi(2));
    },
  },
  {
    name: "kcsan_begin_scoped_access",
    waits: "never",
    commit(h) {
      const scope = h.pointer(3);
      if (!h.access(scope, SCOPE_SIZE, true)) return DONE;
      h.store32(scope + OUTER, h.word(h.task, Word.Claims));
      h.store32(scope + OUTER + 4, 0);
      h.store32(scope + POINTER, h.pointer(0));
      h.store32(scope + POINTER + 4, 0);
      h.store32(scope + EXTENT, h.arg(1));
      h.store32(scope + EXTENT + 4, h.argHi(1));
      h.store32(scope + TYPE, h.arg(2));
      h.setWord(h.task, Word.Claims, scope);
      h.setResult(scope);
      return DONE;
    },
    touches(h, f) {
      touch(f, h.pointer(0), h.arg(1), h.arg(2), true);
    },
  },
  {
    name: "kcsan_end_scoped_access",
    waits: "never",
    commit(h) {
      const scope = h.pointer(0);
      if (h.access(scope, SCOPE_SIZE, false)) h.setWord(h.task, Word.Claims, h.load32(scope + OUTER) >>> 0);
      return DONE;
    },
    touches() {},
  },
];
