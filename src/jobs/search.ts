// How to search, as the command line says it. A file of its own because --help needs the names and nothing else.

/** "auto" leaves the choice to the search itself. */
export const SEARCH_MODES = ["auto", "states", "traces", "bounded", "random", "pct"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

/** What runs the C: the register machine, or WebAssembly made from the program. Both give the same runs. */
export const ENGINES = ["vm", "wasm"] as const;
export type Engine = (typeof ENGINES)[number];

/** What a search may spend beside time. */
export interface SearchWish {
  mode: SearchMode;
  /** The register machine if nothing is said. */
  engine?: Engine;
  /** Bytes for its states. */
  memory?: number;
  /** Most states, or runs of a search by traces. */
  states?: number;
  /** Runs of a search that takes samples, and the seed that makes them the same again. */
  samples?: number;
  /** Most preemptions of a bounded search. */
  preemptions?: number;
  seed?: number;
}
