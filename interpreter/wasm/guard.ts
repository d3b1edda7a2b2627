// The guards: for every 8 bytes of memory, may compiled code read (write) them without asking?
//
// A guard holds how many of the granule's last bytes must not be touched: 0 = none, 8 = ask the machine. Guards of
// loads say what the shadow says, except on stacks, where the shadow has no answer: there a running function opens
// its own objects and closes them again when it leaves memory to others. Guards of stores are closed, too, where the
// page has not been saved in this epoch, so that one test covers validity and the undo log.
//
// They are a cache. Whatever changes what they were made from is told to them: pages saved, epochs begun, pages
// restored (all by Memory), shadow changed (by the heap), frames that the register machine drops.

import type { MemoryMap } from "../machine/layout.js";
import { PAGE_SHIFT, PAGE_SIZE, Shadow } from "../machine/layout.js";
import type { PageObserver } from "../machine/memory.js";
import type { EngineMap } from "./layout.js";

/** The granule is closed. */
const CLOSED = 8;
const GRANULES = PAGE_SIZE >>> 3;

export class Guard implements PageObserver {
  private readonly load: Uint8Array;
  private readonly store: Uint8Array;
  private readonly saved: Uint8Array;
  /** Pages that are open since the epoch began; all of them while `everything` is true. */
  private readonly open: Int32Array;
  private readonly isOpen: Uint8Array;
  private openCount = 0;
  everything = false;
  private ready = false;

  constructor(
    private readonly u8: Uint8Array,
    private readonly map: MemoryMap,
    engine: EngineMap,
  ) {
    const granules = map.memoryEnd >>> 3;
    this.load = u8.subarray(engine.loadGuard, engine.loadGuard + granules);
    this.store = u8.subarray(engine.storeGuard, engine.storeGuard + granules);
    const pages = map.total >>> PAGE_SHIFT;
    this.saved = u8.subarray(engine.saved, engine.saved + pages);
    this.open = new Int32Array(pages);
    this.isOpen = new Uint8Array(pages);
  }

  /** The memory is being set up: everything changes. */
  cleared(): void {
    this.ready = false;
  }

  /** Makes the guards from the memory as it is; `isSaved` says which pages are. Stacks are closed. */
  loaded(isSaved: (page: number) => boolean): void {
    const { map, load, store, saved } = this;
    this.ready = true;
    this.everything = true;
    this.isOpen.fill(0);
    this.openCount = 0;
    for (let page = 0; page < saved.length; page++) {
      saved[page] = isSaved(page) ? 1 : 0;
      if (saved[page] === 0) this.everything = false;
    }
    load.fill(CLOSED);
    this.fromShadow(map.imageBase >>> 3, map.stacksStart >>> 3);
    this.fromShadow(map.arenasStart >>> 3, map.memoryEnd >>> 3);
    store.set(load);
    store.fill(CLOSED, 0, map.rodataEnd >>> 3);
    if (this.everything) return;
    for (let page = 0; page < saved.length; page++) {
      if (saved[page] !== 0) this.list(page);
      else store.fill(CLOSED, page * GRANULES, (page + 1) * GRANULES);
    }
  }

  /** Guards of loads for granules [from, to), none on a stack. */
  private fromShadow(from: number, to: number): void {
    const { u8, load } = this;
    const { shadowBase } = this.map;
    for (let g = from; g < to; g++) {
      const code = u8[shadowBase + g];
      load[g] = code === 0 ? 0 : code < 8 ? 8 - code : CLOSED;
    }
  }

  private onStack(page: number): boolean {
    const address = page << PAGE_SHIFT;
    return address >= this.map.stacksStart && address < this.map.arenasStart;
  }

  private list(page: number): void {
    if (this.everything || this.isOpen[page] !== 0) return;
    this.isOpen[page] = 1;
    this.open[this.openCount++] = page;
  }

  pageSaved(page: number): void {
    if (!this.ready) return;
    this.saved[page] = 1;
    this.list(page);
    const address = page << PAGE_SHIFT;
    if (address < this.map.rodataEnd || address >= this.map.memoryEnd || this.onStack(page)) return;
    const { load, store } = this;
    const from = page * GRANULES;
    for (let g = from; g < from + GRANULES; g++) store[g] = load[g];
  }

  epochBegun(): void {
    const { load, store, saved, map } = this;
    if (!this.ready) return;
    if (this.everything) {
      this.everything = false;
      saved.fill(0);
      store.fill(CLOSED);
      load.fill(CLOSED, map.stacksStart >>> 3, map.arenasStart >>> 3);
      return;
    }
    for (let i = 0; i < this.openCount; i++) {
      const page = this.open[i];
      this.isOpen[page] = 0;
      saved[page] = 0;
      const from = page * GRANULES;
      if (page << PAGE_SHIFT >= map.memoryEnd) continue;
      const stack = this.onStack(page);
      for (let g = from; g < from + GRANULES; g++) {
        store[g] = CLOSED;
        if (stack) load[g] = CLOSED;
      }
    }
    this.openCount = 0;
  }

  pageRestored(page: number): void {
    const at = (page << PAGE_SHIFT) - this.map.shadowBase;
    if (at < 0 || at >= this.map.memoryEnd >>> 3) return;
    this.shadowChanged(at << 3, Math.min(at + PAGE_SIZE, this.map.memoryEnd >>> 3) << 3);
  }

  /** The shadow of [start, end) has changed. */
  shadowChanged(start: number, end: number): void {
    if (!this.ready) return;
    const { map, load, store, saved } = this;
    const stackFrom = map.stacksStart >>> 3;
    const stackTo = map.arenasStart >>> 3;
    const last = (end + 7) >>> 3;
    for (let g = start >>> 3; g < last; g++) {
      const code = this.u8[map.shadowBase + g];
      if (g >= stackFrom && g < stackTo) {
        if (code !== Shadow.Stack) {
          load[g] = CLOSED;
          store[g] = CLOSED;
        }
        continue;
      }
      load[g] = code === 0 ? 0 : code < 8 ? 8 - code : CLOSED;
      store[g] = saved[(g << 3) >>> PAGE_SHIFT] !== 0 && g << 3 >= map.rodataEnd ? load[g] : CLOSED;
    }
  }

  stackSet(granule: number, bytes: number): void {
    if (this.ready) this.opened(granule, bytes);
  }

  /** Granules of a stack may be accessed so far. Pages are listed, so that the next epoch closes them again. */
  private opened(at: number, bytes: number): void {
    const page = at >>> PAGE_SHIFT;
    this.list(page);
    this.load[at >>> 3] = CLOSED - bytes;
    if (this.saved[page] !== 0) this.store[at >>> 3] = CLOSED - bytes;
  }

  /**
   * An access to a stack was found good: opens its granules as far as `valid` says, if all that is valid has been set.
   */
  found(address: number, size: number, valid: (address: number, size: number) => boolean): void {
    for (let at = address & ~7; at < address + size; at += 8) {
      if (this.u8[this.map.shadowBase + (at >>> 3)] !== Shadow.Stack) continue;
      let bytes = 8;
      while (bytes > 0 && !valid(at, bytes)) bytes--;
      this.opened(at, bytes);
    }
  }

  /** Nothing between these addresses of a stack is alive any more, or others decide about it. */
  dropped(start: number, end: number): void {
    this.load.fill(CLOSED, start >>> 3, (end + 7) >>> 3);
    this.store.fill(CLOSED, start >>> 3, (end + 7) >>> 3);
  }
}
