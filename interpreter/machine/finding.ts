// What a run can report, as data. Printing, titles and merging are other rooms' work.

/**
 * One thing that went wrong (or is worth knowing) at one step. Places are sites of the program; `text`
 * is what distinguishes findings of the same kind at the same place (the name of a lock, a condition).
 */
export interface Finding {
  /** Stable kind, e.g. "kasan:null-ptr-deref", "atomic-sleep", "expectation". */
  kind: string;
  /** A fatal finding ends the run. */
  fatal: boolean;
  task: number;
  cpu: number;
  /** Site where it shows, or -1. */
  site: number;
  /** The other party, or -1: the second access of a race, the holder of a lock. */
  otherTask: number;
  otherSite: number;
  /** Address concerned and size in bytes, or 0. */
  address: number;
  size: number;
  text: string;
  /** Further places, in the order in which they are told: the chain of a lock-order circle. */
  links?: readonly FindingLink[];
}

export interface FindingLink {
  what: string;
  address: number;
  site: number;
}

/** How a run ended. */
export type RunEnd =
  | "finished"
  /** A fatal finding. */
  | "fatal"
  /** Unfinished contexts, none of which can ever move. */
  | "deadlock"
  /** The C asks for something that smplab does not model; says nothing about the C. */
  | "unsupported"
  /** A bound was hit: local steps, memory, stack. Never counts as passed. */
  | "cut"
  /** Our own failure. */
  | "internal";
