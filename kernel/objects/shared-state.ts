// The u32 of a lock that readers share: 0 is free, WRITER + owner's number + 1 is held for writing, else the number of
// readers. Used by rwlock.ts and rwsem.ts.

import type { Host } from "../../interpreter/api.js";

export const WRITER = 0x80000000;

export const state = (h: Host, address: number): number => h.load32(address) >>> 0;

export const free = {
  forReading: (h: Host, address: number): boolean => state(h, address) < WRITER,
  forWriting: (h: Host, address: number): boolean => state(h, address) === 0,
};

export const ownedForWriting = (h: Host, address: number): boolean =>
  state(h, address) === WRITER + h.task + 1;

export const take = {
  forReading: (h: Host, address: number): void => h.store32(address, state(h, address) + 1),
  forWriting: (h: Host, address: number): void => h.store32(address, WRITER + h.task + 1),
};

export const release = {
  /** One reader less; a lock without readers stays as it is (kernel/rules/bad-unlock.ts reports). */
  forReading(h: Host, address: number): void {
    const readers = state(h, address);
    if (readers !== 0 && readers < WRITER) h.store32(address, readers - 1);
  },
  forWriting(h: Host, address: number): void {
    if (state(h, address) >= WRITER) h.store32(address, 0);
  },
};
