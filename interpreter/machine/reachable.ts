// Heap objects that nobody can reach any more: kmemleak's question, asked of all memory at once.
// https://docs.kernel.org/dev-tools/kmemleak.html
//
// Roots are the tables of contexts and kernel objects, the globals, the per-CPU areas and the stacks of contexts that
// have not returned (kernel threads without work); a referenced object's content is looked at too. Any 8-byte word that
// points into an object, to its start or not, refers to it; into per-CPU memory either as a cookie or as the address of a
// CPU's copy. So a number that looks like an address hides a leak, as in the kernel; what is reported is referred to by
// nothing.

import { AddressSpace } from "../ir/program.js";
import type { Heap } from "./heap.js";
import { type MemoryMap, Run, TASK_STRIDE, TASK_TABLE, Task, TaskState } from "./layout.js";
import type { Memory } from "./memory.js";

export interface LiveObject {
  address: number;
  size: number;
  /** Site and context that allocated it; site -1: nobody has to free it. */
  site: number;
  task: number;
}

export function unreferenced(memory: Memory, map: MemoryMap, cpus: number, heap: Heap): LiveObject[] {
  // Ascending by address: arenas are visited in their order.
  const objects: LiveObject[] = [];
  heap.each((address, size, site, task) => objects.push({ address, size, site, task }));
  const perCpu: LiveObject[] = [];
  heap.eachPerCpu((address, size, site, task) => perCpu.push({ address, size, site, task }));
  if (objects.length === 0 && perCpu.length === 0) return objects;
  const reached = new Uint8Array(objects.length);
  const reachedPerCpu = new Uint8Array(perCpu.length);
  const queue: number[] = [];
  const words = memory.i32;

  const refer = (target: number): void => {
    if (target >= AddressSpace.PerCpuCookie && target < AddressSpace.PerCpuCookie + map.percpuStride) {
      const i = holding(perCpu, target);
      if (i >= 0) reachedPerCpu[i] = 1;
      return;
    }
    if (target >= map.percpuBase && target < map.percpuBase + cpus * map.percpuStride) {
      refer(AddressSpace.PerCpuCookie + ((target - map.percpuBase) % map.percpuStride));
      return;
    }
    const i = holding(objects, target);
    if (i < 0 || reached[i] !== 0) return;
    reached[i] = 1;
    queue.push(i);
  };
  const scan = (start: number, end: number): void => {
    for (let at = (start + 7) & ~7; at + 8 <= end; at += 8) {
      if (words[(at >> 2) + 1] === 0 && words[at >> 2] !== 0) refer(words[at >> 2] >>> 0);
    }
  };

  // The tables hold addresses in single words.
  const contexts = words[Run.TaskCount >> 2];
  const tables = (TASK_TABLE + contexts * TASK_STRIDE) >> 2;
  for (let w = 0; w < tables; w++) if (words[w] !== 0) refer(words[w] >>> 0);
  for (let t = 0; t < contexts; t++) {
    if (words[(TASK_TABLE + t * TASK_STRIDE + Task.State) >> 2] === TaskState.Parked)
      scan(map.stackBase(t), map.stackEnd(t));
  }
  scan(map.imageBase, map.dataEnd);
  scan(map.percpuBase, map.percpuBase + cpus * map.percpuStride);
  objects.forEach((object) => {
    if (object.site < 0) refer(object.address);
  });
  while (queue.length > 0) {
    const { address, size } = objects[queue.pop()!];
    scan(address, address + size);
  }
  return [
    ...objects.filter((_, i) => reached[i] === 0),
    ...perCpu.filter(({ site }, i) => site >= 0 && reachedPerCpu[i] === 0),
  ];
}

/** Index of the object around `target`, or -1. */
function holding(objects: readonly LiveObject[], target: number): number {
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (objects[middle].address <= target) low = middle + 1;
    else high = middle;
  }
  const object = objects[low - 1];
  return object !== undefined && target < object.address + Math.max(object.size, 1) ? low - 1 : -1;
}
