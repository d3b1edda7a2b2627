// What a search by traces knows of its present run: by depth the step that was taken and the node in front of it.

import { type Footprint, NOTHING } from "./footprints.js";
import { Wakeup } from "./wakeup.js";

/** Contexts and choices at most. */
export const MAX = 32;

/** One step of the present run. Objects are reused by depth. */
export class Event {
  task = -1;
  print = NOTHING;
  /** That footprint's. */
  where = 0;
  /** clock[q]: how many steps of q happen before this one (itself included for its own task). */
  readonly clock = new Int32Array(MAX);
  /** This is the `own`-th step of its task, from 1. */
  own = 0;
  /** Depth of its task's step before it, or -1. */
  previous = -1;
  /** Could have to wait: its operation has a condition. */
  blocking = false;
  /** Stands in a loop that looks at something. */
  awaits = false;
  /** For such a one: depths of steps behind which its context came, and before which it would have stayed in its loop. */
  readonly stays: number[] = [];
  /** A compare-exchange: writes or only reads. */
  swaps = false;
  /** Makes others ready and never the opposite: releasing, waking. */
  releases = false;
  /**
   * It may have waited for several reasons at once (interrupts off here, handled on another CPU): then a step that did
   * not let it go on may still be one that it could have preceded.
   */
  several = false;
  cpu = 0;
  site = -1;
  /** Others may not have the CPU after it, and could before. */
  takesCpu = false;
  /** Contexts that it ended, as a mask. */
  retired = 0;
}

export class Node {
  /** Contexts that could move in front of this depth's step. */
  enabled = 0;
  /** Contexts asleep here and those already explored, as a mask; their steps' footprints in `prints`. */
  sleep = 0;
  /** Those of them that were asleep from the beginning. */
  slept = 0;
  /**
   * Contexts whose step from here ended the whole run (a fault), as a mask. Such a step takes everybody's next step
   * away, so it depends on all of them: it covers nothing, sleeps nowhere, and all others are tried in front of it.
   */
  ending = 0;
  /** Contexts whose footprints stay as they are until they move, as a mask. */
  stays = 0;
  /** A branch turned out to be impossible. */
  lost = false;
  /** Whose children are still to be explored: the wakeup that was taken to get here, or one of its own. */
  todo: Wakeup;
  /** The step in front of it was no leaf: there are steps that have to follow. */
  follows = false;
  readonly root = new Wakeup();
  readonly prints: Footprint[] = new Array(MAX).fill(NOTHING);

  constructor() {
    this.todo = this.root;
  }
}
