// A search by states or by traces that several threads share: its owner, who begins alone and merges in the end what all have found,
// and the helpers, who join when the search has turned out to take long.
//
// What the report says must not depend on who met what first. Counts, outcomes, findings and facts do not (states.ts);
// the schedule that shows something does. So what was first met while others helped is unsettled: explore.ts gives it the
// shortest schedule, or searches once more alone until it is met.

import { Confinement, type Entry, type Machine } from "../../interpreter/api.js";
import { Board, makeBoard } from "./board.js";
import { type Collected, Collector } from "./collect.js";
import type { Kernel } from "./explore.js";
import { type BoardBuffers, giveUpOn, hasFailed, LOST, type Meeting } from "./meeting.js";
import { type Company, type SearchLimits, type SearchTally, searchStates } from "./states.js";
import { makeTraceBoard, TraceBoard } from "./trace-board.js";
import { searchTraces, type TraceCompany } from "./traces.js";
import type { VisitedStates } from "./visited.js";

/** Steps that a search takes alone, if nothing else is said: less is over before somebody else could be of use. */
const ALONE = 100_000;

/** What a helper hands over. */
export type Part = { tally: SearchTally; collected: Collected } | { error: string; stack: string };

/** Whoever finds helpers for a search. */
export interface Helpers {
  /** From now on helpers may join. */
  welcome(board: BoardBuffers): void;
  /** What so many helpers have handed over before they left. */
  parts(count: number): Part[];
}

/** The thread that a search belongs to. */
abstract class Owner<Shared extends Meeting> {
  board: Shared | null = null;
  private buffers: BoardBuffers | null = null;
  private made: Shared | null = null;

  constructor(
    private readonly helpers: Helpers,
    protected readonly guess: Confinement,
    protected readonly memory: number,
    private readonly collector: Collector,
    private readonly alone = ALONE,
  ) {}

  protected abstract makeBuffers(): BoardBuffers;
  protected abstract make(buffers: BoardBuffers): Shared;

  /** The board, once somebody has come: to be opened now. */
  protected awaited(tally: SearchTally): Shared | null {
    if (tally.transitions < this.alone || this.guess.breaches > 0) return null;
    if (this.made === null) {
      this.buffers = this.makeBuffers();
      this.made = this.make(this.buffers);
      this.helpers.welcome(this.buffers);
      return null;
    }
    if (!this.made.awaited) return null;
    this.collector.settle();
    this.board = this.made;
    return this.board;
  }

  /** Sends the helpers away, whatever has become of the search. */
  dismiss(): void {
    this.made?.end(true);
  }

  /** The search is over: sends the helpers away and adds what they have found. True: somebody did help. */
  finish(tally: SearchTally): boolean {
    this.dismiss();
    const { board } = this;
    if (board === null) return false;
    const count = board.awaitHelpers();
    // Who was lost has handed over nothing.
    if (hasFailed(this.buffers!)) throw new Error(LOST);
    const parts = this.helpers.parts(count);
    for (const part of parts) {
      if ("error" in part) {
        const error = new Error(part.error);
        error.stack = part.stack;
        throw error;
      }
      tally.states += part.tally.states;
      tally.transitions += part.tally.transitions;
      tally.ends += part.tally.ends;
      tally.maxDepth = Math.max(tally.maxDepth, part.tally.maxDepth);
      tally.cut ??= part.tally.cut;
      if (part.tally.outOfMemory === true) tally.outOfMemory = true;
      if (part.tally.cutByRun === true) tally.cutByRun = true;
      if (part.tally.alone === true) tally.alone = true;
      if (part.tally.unlike === true) tally.unlike = true;
      if (part.tally.uneven === true) tally.uneven = true;
      this.collector.merge(part.collected);
    }
    // A circle that goes through the states of several threads is on the way of none of them.
    tally.circle = tally.uneven === true;
    board.meet();
    return true;
  }
}

/** The owner of a search by states. */
export class StatesOwner extends Owner<Board> implements Company {
  protected makeBuffers(): BoardBuffers {
    return makeBoard(this.guess, this.memory);
  }

  protected make(buffers: BoardBuffers): Board {
    return new Board(buffers, this.guess, this.memory);
  }

  invite(states: VisitedStates, tally: SearchTally): Board | null {
    const board = this.awaited(tally);
    board?.open(states);
    return board;
  }
}

/** The owner of a search by traces. */
export class TracesOwner extends Owner<TraceBoard> implements TraceCompany {
  protected makeBuffers(): BoardBuffers {
    return makeTraceBoard(this.guess, this.memory);
  }

  protected make(buffers: BoardBuffers): TraceBoard {
    return new TraceBoard(buffers, this.guess);
  }

  invite(tally: SearchTally): TraceBoard | null {
    const board = this.awaited(tally);
    board?.open();
    return board;
  }
}

/** Helps with the search on this board until it is over, and hands over what it has found. */
export function help(
  machine: Machine,
  entry: Entry,
  kernel: Kernel,
  limits: SearchLimits,
  buffers: BoardBuffers,
  hand: (part: Part) => void,
): void {
  let board: Meeting | null = null;
  try {
    machine.begin(entry);
    const guess = new Confinement(machine.map, machine.program.sites.length);
    machine.memory.mark();
    machine.confinement = guess;
    const collector = new Collector(kernel);
    let tally: SearchTally;
    if (buffers.by === "states") {
      const joined = new Board(buffers, guess, limits.memory);
      if (!joined.join()) return;
      board = joined;
      tally = searchStates(machine, collector, limits, () => {}, {}, { board: joined, invite: () => null });
    } else {
      const joined = new TraceBoard(buffers, guess);
      if (!joined.join()) return;
      board = joined;
      const company: TraceCompany = { board: joined, invite: () => null };
      tally = searchTraces(machine, collector, limits, () => {}, undefined, company);
    }
    board.end(true);
    board.meet();
    hand({ tally, collected: collector.collected() });
  } catch (error) {
    const { message, stack } = error as Error;
    if (board === null) {
      giveUpOn(buffers);
      return;
    }
    board.end(true);
    hand({ error: message, stack: stack ?? message });
  }
  board.leave();
}
