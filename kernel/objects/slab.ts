// kmalloc() and kfree(). https://docs.kernel.org/core-api/memory-allocation.html
// Memory comes from the arena of the context that asks and is never given out twice in a run, so allocating is local.
// Freeing touches the whole object: whoever still uses it depends on this step.
// Simpler: an allocation never waits, and fails only above KMALLOC_MAX_SIZE. An arena that
// is used up ends the run as a limit of ours, so that nobody takes the C's way out of it for what a kernel would do.
// Objects of a cache carry its address as their tag. Allocating from a cache reads it, which only destroying it conflicts
// with.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { DONE, localOp } from "./op.js";

/** What kmalloc(0) returns; kfree() takes it. */
const ZERO_SIZE_PTR = 16;
/** Offset of object_size and ctor in struct kmem_cache (linux/slab.h). */
const CACHE_OBJECT_SIZE = 8;
const CACHE_CTOR = 24;
const CACHE_SIZE = 32;
/** KMALLOC_MAX_SIZE: what is larger no kernel gives either. */
const MAX_SIZE = 1 << 22;

/** Functions of linux/slab.h around the operations: a leak comes from their caller. */
const WRAPPERS: ReadonlySet<string> = new Set([
  "kmalloc_array",
  "krealloc",
  "kmemdup",
  "kstrdup",
  "kmem_cache_alloc",
  "kmem_cache_create",
]);
/** __GFP_ZERO of linux/gfp.h. */
const ZERO = 0x100;

export function allocate(h: Host, lo: number, hi: number, flags = ZERO, tag = 0): void {
  if (lo === 0 && hi === 0) {
    h.setResult(ZERO_SIZE_PTR);
    return;
  }
  const uninitialised = (flags & ZERO) === 0;
  const address = hi === 0 ? h.allocate(lo >>> 0, h.siteOutside(WRAPPERS), uninitialised, tag) : 0;
  h.setResult(address);
  if (address === 0 && hi === 0 && lo >>> 0 <= MAX_SIZE) {
    h.unsupported(
      `${h.functionName(h.site)}() has used up the memory that a task may allocate in one run: nothing is given out twice`,
    );
  }
}

function isNothing(h: Host, arg: number): boolean {
  return h.argHi(arg) === 0 && h.arg(arg) >>> 0 <= ZERO_SIZE_PTR;
}

/** Size of the object that argument `arg` points at, see Host.objectSize(). */
export function sizeOf(h: Host, arg: number): number {
  return h.argHi(arg) === 0 ? h.objectSize(h.arg(arg) >>> 0) : -2;
}

export function freeOp(name: string, arg: number): ObjectOp {
  return {
    name,
    waits: "never",
    local: (h) => isNothing(h, arg),
    commit(h) {
      if (isNothing(h, arg)) return DONE;
      const address = h.arg(arg) >>> 0;
      const size = sizeOf(h, arg);
      if (size >= 0) h.release(address);
      else if (size === -1) h.fatal("kasan:double-free", `${name}() of freed memory`, address);
      else h.fatal("kasan:invalid-free", `${name}() of what no allocation returned`, address);
      return DONE;
    },
    touches(h, f) {
      const size = sizeOf(h, arg);
      // A second free needs the first one to have come: one byte ties them together.
      if (h.argHi(arg) === 0) f.write(h.arg(arg) >>> 0, Math.max(1, size));
    },
  };
}

/** Of an object that another cache gave out the kernel says so and frees it all the same. */
function cacheFreeOp(): ObjectOp {
  const free = freeOp("kmem_cache_free", 1);
  return {
    ...free,
    commit(h) {
      const wrong = sizeOf(h, 1) >= 0 && h.tagOf(h.arg(1) >>> 0) !== h.pointer(0);
      if (wrong) h.report("warning", "cache_from_obj: Wrong slab cache", h.arg(1) >>> 0);
      return free.commit(h);
    },
  };
}

export const slabOps: ObjectOp[] = [
  localOp("kmalloc", (h) => allocate(h, h.arg(0), h.argHi(0), h.arg(1))),
  {
    name: "__smplab_cache_alloc",
    waits: "never",
    commit(h) {
      const cache = h.pointer(0);
      if (h.access(cache, CACHE_SIZE, false))
        allocate(h, h.load32(cache + CACHE_OBJECT_SIZE), 0, h.arg(1), cache);
      return DONE;
    },
    touches: (h, f) => f.read(h.pointer(0), CACHE_SIZE),
  },
  {
    // In front of kfree() of the cache itself.
    name: "__smplab_cache_destroy",
    waits: "never",
    commit(h) {
      const cache = h.pointer(0);
      if (!h.access(cache, CACHE_SIZE, true)) return DONE;
      let left = 0;
      h.eachTagged(cache, () => left++);
      const name = h.cstring(h.load32(cache));
      if (left > 0) h.report("warning", `kmem_cache_destroy ${name}: Slab cache still has objects`, cache);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), CACHE_SIZE);
      h.eachTagged(h.pointer(0), (address, size) => f.read(address, Math.max(1, size)));
    },
  },
  localOp("__smplab_cache_ctor", (h) => {
    const cache = h.pointer(0);
    if (!h.access(cache, CACHE_SIZE, false)) return;
    h.setResult(h.load32(cache + CACHE_CTOR), h.load32(cache + CACHE_CTOR + 4));
  }),
  { ...freeOp("kfree", 0), heap: "frees" },
  cacheFreeOp(),
  {
    name: "ksize",
    waits: "never",
    commit(h) {
      const size = sizeOf(h, 0);
      if (size >= 0) h.setResult(size);
      else if (!h.access(h.pointer(0), 1, false)) return DONE;
      else h.fatal("kasan:invalid-free", "ksize() of what no allocation returned", h.pointer(0));
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0), 1);
    },
  },
];
