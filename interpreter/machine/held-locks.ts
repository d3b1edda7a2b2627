// The locks that contexts hold, as the kernel's rules tell them: as a set of bits, or whether a certain one is among them.

import type { Confinement } from "./confine.js";
import type { HeldLocks, Host } from "./host.js";
import type { Wiring } from "./wiring.js";

/** The locks of a context that keep others from what it touches. */
export class LockSet implements HeldLocks {
  private guess!: Confinement;
  private write = false;
  private bits = 0;

  of(h: Host, wiring: Wiring, task: number, write: boolean, guess: Confinement): number {
    this.guess = guess;
    this.write = write;
    this.bits = 0;
    for (const tell of wiring.locks) tell(h, task, this);
    return this.bits;
  }

  holds(address: number, bit: number, shared: boolean): void {
    if (!shared || !this.write) this.bits |= this.guess.lockBit(address, bit);
  }
}

/** Is a certain lock among those that a context holds? */
export class LockQuestion implements HeldLocks {
  private address = 0;
  private bit = 0;
  private found = false;

  isHeld(h: Host, wiring: Wiring, task: number, address: number, bit: number): boolean {
    this.address = address;
    this.bit = bit;
    this.found = false;
    for (const tell of wiring.locks) tell(h, task, this);
    return this.found;
  }

  holds(address: number, bit: number): void {
    if (address === this.address && bit === this.bit) this.found = true;
  }
}
