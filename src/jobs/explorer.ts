// Who performs explorations: this process, or worker threads.
//
// A search is one long synchronous computation, so a process that searches cannot hear SIGINT, nor use its second
// CPU. The pool therefore gives each job to a worker thread; a shared word tells all of them to stop, and then
// each returns what it knows. Jobs are independent, so their number of workers never changes a result.

import { Worker } from "node:worker_threads";
import type { Entry, HostConfig, KnownSharing, MachineConfig, Program } from "../../interpreter/api.js";
import { engineConfig } from "../explore/engine.js";
import {
  type ExploreOptions,
  explore,
  type Kernel,
  type ShortenWish,
  type ShortestRuns,
  shortestRuns,
} from "../explore/explore.js";
import type { Exploration } from "../explore/result.js";
import type { SearchWish } from "./search.js";

export interface Job {
  program: Program;
  entry: Entry;
  config: HostConfig;
  /** Wall-clock seconds after which the search is cut. */
  seconds: number;
  /** "auto" if nothing is said. */
  search?: SearchWish;
  /** For progress: "memcg.map_against_move, after". */
  label: string;
  /** The shortest schedules are looked for by shorten(), unless only the search itself can. */
  shortestLater?: boolean;
  /** For shorten(): what to look for and for how long, and what the exploration has found out about memory. */
  shorten?: { sharing: KnownSharing | null; wanted: ShortenWish; seconds: number };
}

export interface JobProgress {
  label: string;
  states: number;
  depth: number;
  ends: number;
  /** Different findings, choices still to be taken, and the part of the tree behind: where the search knows them. */
  findings?: number;
  frontier?: number;
  share?: number;
}

export interface Explorer {
  explore(job: Job): Promise<Exploration>;
  /** Looks for the shortest schedules to some of what an exploration has found. */
  shorten(job: Job & Required<Pick<Job, "shorten">>): Promise<ShortestRuns>;
  /** Every search returns what it knows by now; later ones return at once. */
  interrupt(): void;
  readonly interrupted: boolean;
  close(): Promise<void>;
}

/** Seconds on a clock that nobody sets. */
export function clock(): number {
  return performance.now() / 1000;
}

export const INTERRUPTED = "interrupted";

/** Spent on proving schedules shortest; a third more time on the founding case, and a reader saves more than that. */
const WITNESS_STEPS = 1_000_000;

/** Between two reports of progress, in seconds. */
const TICK = 0.1;

/**
 * A context that runs alone is not asked for the time, so its share of it is counted in jumps and calls. The same
 * number everywhere: how far a program comes must not depend on the machine it runs on.
 */
const SOLO_STEPS_PER_SECOND = { vm: 500_000, wasm: 50_000_000 };

function searchOptions(
  wish: SearchWish | undefined,
): Pick<ExploreOptions, "search" | "sample" | "preemptions"> {
  if (wish === undefined) return {};
  const { mode, samples, seed, preemptions } = wish;
  return {
    ...(mode === "auto" ? {} : { search: mode }),
    ...(preemptions === undefined ? {} : { preemptions }),
    sample: { ...(samples === undefined ? {} : { runs: samples }), ...(seed === undefined ? {} : { seed }) },
  };
}

function machineOf({ config, seconds, search }: Job): MachineConfig {
  const engine = search?.engine;
  const soloSteps = Math.ceil(seconds * SOLO_STEPS_PER_SECOND[engine ?? "vm"]);
  return { ...config, ...engineConfig(engine), soloSteps };
}

/** shorten(), the same in this process and in a worker. */
export function runShorten(
  job: Job,
  { sharing, wanted, seconds }: NonNullable<Job["shorten"]>,
  kernel: Kernel,
  stopped: () => boolean,
): ShortestRuns {
  const options = {
    machine: machineOf(job),
    witnessSteps: WITNESS_STEPS,
    now: clock,
    interrupted: () => (stopped() ? INTERRUPTED : null),
    seconds,
  };
  return shortestRuns(job.program, job.entry, kernel, options, sharing, wanted);
}

/** The search itself, the same in this process and in a worker. */
export function runJob(
  job: Job,
  kernel: Kernel,
  stopped: () => boolean,
  onProgress: (progress: JobProgress) => void,
): Exploration {
  let told = 0;
  const options: ExploreOptions = {
    machine: machineOf(job),
    ...searchOptions(job.search),
    limits: {
      seconds: job.seconds,
      ...(job.search?.memory === undefined ? {} : { memory: job.search.memory }),
    },
    witnessSteps: WITNESS_STEPS,
    shortestLater: job.shortestLater === true,
    now: clock,
    interrupted: () => (stopped() ? INTERRUPTED : null),
    onProgress: (tally, depth, seconds) => {
      if (seconds - told < TICK) return;
      told = seconds;
      const { states, ends, findings, frontier, share } = tally;
      onProgress({
        label: job.label,
        states,
        depth,
        ends,
        ...(findings === undefined ? {} : { findings }),
        ...(frontier === undefined ? {} : { frontier }),
        ...(share === undefined ? {} : { share }),
      });
    },
  };
  return explore(job.program, job.entry, kernel, options);
}

export function localExplorer(
  kernel: Kernel,
  onProgress: (progress: JobProgress) => void = () => {},
): Explorer {
  let stop = false;
  return {
    explore: async (job) => runJob(job, kernel, () => stop, onProgress),
    shorten: async (job) => runShorten(job, job.shorten, kernel, () => stop),
    interrupt: () => {
      stop = true;
    },
    get interrupted() {
      return stop;
    },
    close: async () => {},
  };
}

/** What the pool and a worker say to each other. */
export type ToWorker = { program?: Program; programId: number; job: Omit<Job, "program"> };
export type FromWorker =
  | { kind: "progress"; progress: JobProgress }
  | { kind: "done"; result: Exploration | ShortestRuns }
  | { kind: "failed"; message: string; stack: string };

interface Waiting {
  job: Job;
  resolve(result: Exploration | ShortestRuns): void;
  reject(error: Error): void;
}

interface Member {
  worker: Worker;
  /** Programs that this worker has been sent. */
  known: Set<number>;
  current: Waiting | null;
}

export function pooledExplorer(size: number, onProgress: (progress: JobProgress) => void): Explorer {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const members: Member[] = [];
  const queue: Waiting[] = [];
  const ids = new Map<Program, number>();
  const limit = Math.max(1, size);

  const give = (member: Member, waiting: Waiting): void => {
    const { program, ...job } = waiting.job;
    let id = ids.get(program);
    if (id === undefined) {
      id = ids.size;
      ids.set(program, id);
    }
    const message: ToWorker = { programId: id, job };
    if (!member.known.has(id)) message.program = program;
    member.known.add(id);
    member.current = waiting;
    member.worker.postMessage(message);
  };

  const settle = (member: Member, act: (waiting: Waiting) => void): void => {
    const waiting = member.current;
    member.current = null;
    if (waiting !== null) act(waiting);
    // Making a program ready to run takes as long as many searches: rather one that this worker knows.
    const known = queue.findIndex(({ job }) => member.known.has(ids.get(job.program) ?? -1));
    const [next] = queue.splice(Math.max(0, known), 1);
    if (next !== undefined) give(member, next);
  };

  const hire = (): Member => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData: { flag: flag.buffer } });
    const member: Member = { worker, known: new Set(), current: null };
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "progress") onProgress(message.progress);
      else if (message.kind === "done") settle(member, (waiting) => waiting.resolve(message.result));
      else {
        const error = new Error(message.message);
        error.stack = message.stack;
        settle(member, (waiting) => waiting.reject(error));
      }
    });
    worker.on("error", (error) => {
      members.splice(members.indexOf(member), 1);
      member.current?.reject(error as Error);
    });
    members.push(member);
    return member;
  };

  const perform = (job: Job): Promise<Exploration | ShortestRuns> =>
    new Promise((resolve, reject) => {
      const waiting = { job, resolve, reject };
      const idle = members.find((member) => member.current === null);
      if (idle !== undefined) give(idle, waiting);
      else if (members.length < limit) give(hire(), waiting);
      else queue.push(waiting);
    });

  return {
    explore: (job) => perform(job) as Promise<Exploration>,
    shorten: (job) => perform(job) as Promise<ShortestRuns>,
    interrupt: () => Atomics.store(flag, 0, 1),
    get interrupted() {
      return Atomics.load(flag, 0) !== 0;
    },
    close: async () => {
      await Promise.all(members.map((member) => member.worker.terminate()));
    },
  };
}
