// Who performs explorations: this process, or worker threads.
//
// A search is one long synchronous computation, so a process that searches cannot hear SIGINT, nor use its second
// CPU. The pool therefore gives each job to a worker thread; a shared word tells all of them to stop, and then
// each returns what it knows. Jobs are independent, so their number of workers never changes a result.
//
// A worker whose search by states or by traces takes long says so, and workers that have nothing to do help it (explore/team.ts).
// Threads that search read no messages: all that passes between them meanwhile lies in shared memory, and what a helper
// has found comes through a port that its owner looks into when it is done.

import { type MessagePort, type ResourceLimits, Worker } from "node:worker_threads";
import {
  type Entry,
  type HostConfig,
  type KnownSharing,
  Machine,
  type MachineConfig,
  type Program,
  type ProgramMessage,
  ProgramSender,
} from "../../interpreter/api.js";
import { engineConfig, replayConfig } from "../explore/engine.js";
import { type Explanation, explain } from "../explore/explain.js";
import {
  type ExploreOptions,
  explore,
  type Kernel,
  limitsOf,
  type SearchPhase,
  type ShortenWish,
  type ShortestRuns,
  shortestRuns,
} from "../explore/explore.js";
import { type BoardBuffers, giveUpOn } from "../explore/meeting.js";
import { straight } from "../explore/replay.js";
import type { Exploration, FoundFinding, FunctionCost, Outcome } from "../explore/result.js";
import { type Helpers, help, type Part } from "../explore/team.js";
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
  /** Tells the C that the program was made of from all other C; where it is missing nobody has found out. */
  source?: string;
  /** The shortest schedules are looked for by shorten(), unless only the search itself can. */
  shortestLater?: boolean;
  /** Steps that a search takes before others may help. */
  alone?: number;
  /** For shorten(): what to look for and for how long, and what the exploration has found out about memory. */
  shorten?: { sharing: KnownSharing | null; wanted: ShortenWish; seconds: number };
  /** For explain(): what is to be explained. */
  explain?: readonly (Outcome | FoundFinding)[];
  /** For costs(). */
  straight?: true;
}

/** What a job gives, whichever it is. */
export type JobResult = Exploration | ShortestRuns | Explanation[] | FunctionCost[];

export interface JobProgress {
  label: string;
  /** What comes behind the search itself. */
  phase?: SearchPhase;
  /** Steps of a search that does not count states. */
  steps?: number;
  states: number;
  /** It counts runs instead, one for each order that matters. */
  traces?: true;
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
  /** Says why runs show what they show. */
  explain(job: Job & Required<Pick<Job, "explain">>): Promise<Explanation[]>;
  /** What each function costs in the run in which each task goes to its end, in order. */
  costs(job: Job & Required<Pick<Job, "straight">>): Promise<FunctionCost[]>;
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

function runShorten(
  job: Job,
  { sharing, wanted, seconds }: NonNullable<Job["shorten"]>,
  kernel: Kernel,
  stopped: () => boolean,
  onProgress: (progress: JobProgress) => void,
): ShortestRuns {
  const options = {
    onProgress: tellNowAndThen(job.label, onProgress),
    machine: machineOf(job),
    witnessSteps: WITNESS_STEPS,
    now: clock,
    interrupted: () => (stopped() ? INTERRUPTED : null),
    seconds,
  };
  return shortestRuns(job.program, job.entry, kernel, options, sharing, wanted);
}

/** What a search by itself and one that helps are given alike. */
function optionsOf(job: Job, stopped: () => boolean): ExploreOptions {
  return {
    machine: machineOf(job),
    ...searchOptions(job.search),
    limits: {
      seconds: job.seconds,
      ...(job.search?.memory === undefined ? {} : { memory: job.search.memory }),
      ...(job.search?.states === undefined ? {} : { states: job.search.states }),
    },
    witnessSteps: WITNESS_STEPS,
    shortestLater: job.shortestLater === true,
    now: clock,
    interrupted: () => (stopped() ? INTERRUPTED : null),
  };
}

/** Hands on how a search gets on, but not each time. */
function tellNowAndThen(
  label: string,
  onProgress: (progress: JobProgress) => void,
): NonNullable<ExploreOptions["onProgress"]> {
  let told = 0;
  return (tally, depth, seconds, phase) => {
    if (seconds - told < TICK) return;
    told = seconds;
    const { states, transitions, ends, findings, frontier, share } = tally;
    onProgress({
      label,
      states,
      ...("executions" in tally ? { traces: true as const } : {}),
      depth,
      ends,
      ...(phase === undefined ? {} : { phase }),
      ...(phase === "shortest schedules" ? { steps: transitions } : {}),
      ...(findings === undefined ? {} : { findings }),
      ...(frontier === undefined ? {} : { frontier }),
      ...(share === undefined ? {} : { share }),
    });
  };
}

/** The search itself. */
function runJob(
  job: Job,
  kernel: Kernel,
  stopped: () => boolean,
  onProgress: (progress: JobProgress) => void,
  helpers?: Helpers,
): Exploration {
  const options: ExploreOptions = {
    ...optionsOf(job, stopped),
    ...(helpers === undefined ? {} : { helpers }),
    ...(job.alone === undefined ? {} : { alone: job.alone }),
    onProgress: tellNowAndThen(job.label, onProgress),
  };
  return explore(job.program, job.entry, kernel, options);
}

function runExplain(job: Job, shows: NonNullable<Job["explain"]>, kernel: Kernel): Explanation[] {
  const like = replayConfig(job.config, job.search?.engine);
  return shows.map((one) => explain(job, like, kernel, one));
}

function runStraight({ program, entry, config }: Job, kernel: Kernel): FunctionCost[] {
  return straight(program, entry, kernel, config).costs;
}

/** A job of whichever kind, the same in this process and in a worker. */
export function perform(
  job: Job,
  kernel: Kernel,
  stopped: () => boolean,
  onProgress: (progress: JobProgress) => void,
  helpers?: Helpers,
): JobResult {
  if (job.shorten !== undefined) return runShorten(job, job.shorten, kernel, stopped, onProgress);
  if (job.explain !== undefined) return runExplain(job, job.explain, kernel);
  if (job.straight !== undefined) return runStraight(job, kernel);
  return runJob(job, kernel, stopped, onProgress, helpers);
}

/** Helps with another worker's search of this job until it is over. */
export function helpWithJob(
  job: Job,
  kernel: Kernel,
  stopped: () => boolean,
  board: BoardBuffers,
  hand: (part: Part) => void,
): void {
  const options = optionsOf(job, stopped);
  const machine = new Machine(job.program, kernel.objects, kernel.rules, options.machine);
  try {
    help(machine, job.entry, kernel, limitsOf(options, clock()), board, hand);
  } finally {
    machine.discard();
  }
}

export function localExplorer(
  kernel: Kernel,
  onProgress: (progress: JobProgress) => void = () => {},
): Explorer {
  let stop = false;
  return {
    explore: async (job) => runJob(job, kernel, () => stop, onProgress),
    shorten: async (job) => runShorten(job, job.shorten, kernel, () => stop, onProgress),
    explain: async (job) => runExplain(job, job.explain, kernel),
    costs: async (job) => runStraight(job, kernel),
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
export type ToWorker = {
  program?: ProgramMessage;
  programId: number;
  job: Omit<Job, "program">;
} /** With a claim it is for whoever sets that first. */ & (
  | { kind: "explore"; helpers: number; claim?: Int32Array }
  | { kind: "help"; board: BoardBuffers; port: MessagePort }
);
export type FromWorker =
  | { kind: "progress"; progress: JobProgress }
  /** Its search takes long: whoever holds one of the ports may help. */
  | { kind: "welcome"; board: BoardBuffers; ports: MessagePort[] }
  | { kind: "helped" }
  /** `seconds`: how long it took; this thread may hear of it late. */
  | { kind: "done"; result: JobResult; seconds: number }
  | { kind: "failed"; message: string; stack: string };

interface Waiting {
  job: Job;
  resolve(result: JobResult): void;
  reject(error: Error): void;
  /** Lies with a worker that has something else in hand: 0 until somebody takes it. */
  claim?: Int32Array;
}

/** Takes a job that may have been sent; once. */
export function take(claim: Int32Array | undefined): boolean {
  return claim === undefined || Atomics.compareExchange(claim, 0, 0, 1) === 0;
}

/** A search that helpers may join. */
interface Welcome {
  board: BoardBuffers;
  ports: MessagePort[];
}

interface Member {
  worker: Worker;
  /** When it was given what it has in hand. */
  since: number;
  /** Programs that this worker has been sent. */
  known: Set<number>;
  sender: ProgramSender;
  current: Waiting | null;
  /** Sent already, so that the worker does not wait while this thread is busy. */
  next: Waiting | null;
  welcome: Welcome | null;
  /** The board of another's search that it helps with. */
  helping: BoardBuffers | null;
}

/**
 * Seconds that those at work must still be going to need before another one is hired for what waits: a thread makes its
 * own good code of the same functions, which takes about a second of a CPU.
 */
const WORTH_ANOTHER = 3;
/** Seconds of searches in which a new thread is slow: they say nothing about how long the others will take. */
const SLOW_AT_FIRST = 1.5;
/** So many searches weigh as much as all before them. */
const RECENT = 8;

/** Nobody has more CPUs than this to help with one search. */
const MOST_HELPERS = 63;

/** What a worker thread runs and may use; tests have others. */
export interface WorkerWish {
  script?: URL;
  resourceLimits?: ResourceLimits;
  /** So many are started before there is work for them: they make themselves ready while the C is compiled. */
  early?: number;
}

export function pooledExplorer(
  size: number,
  onProgress: (progress: JobProgress) => void,
  { script = new URL("./worker.js", import.meta.url), resourceLimits = {}, early = 0 }: WorkerWish = {},
): Explorer {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const members: Member[] = [];
  const queue: Waiting[] = [];
  const ids = new Map<Program, number>();
  const limit = Math.max(1, size);
  const helpers = Math.min(limit - 1, MOST_HELPERS);
  let closed = false;
  /** Seconds that a search takes, the latest ones more than those before. */
  let pace = 0;
  /** Seconds that all searches have taken. */
  let worked = 0;

  const isIdle = (member: Member): boolean => member.current === null && member.helping === null;

  /** The job as this worker needs it: a program is sent once. */
  const packed = (member: Member, { program, ...job }: Job) => {
    let id = ids.get(program);
    if (id === undefined) {
      id = ids.size;
      ids.set(program, id);
    }
    const known = member.known.has(id);
    member.known.add(id);
    return { programId: id, job, ...(known ? {} : { program: member.sender.message(program) }) };
  };

  const knows = (member: Member, { job }: Waiting): boolean => member.known.has(ids.get(job.program) ?? -1);

  const send = (member: Member, { job, claim }: Waiting): void => {
    const claimed = claim === undefined ? {} : { claim };
    const message: ToWorker = { kind: "explore", helpers, ...claimed, ...packed(member, job) };
    member.worker.postMessage(message);
  };

  const give = (member: Member, { job, resolve, reject }: Waiting): void => {
    member.current = { job, resolve, reject };
    member.since = clock();
    send(member, member.current);
  };

  /** Sends a worker that has a job in hand the next one; it is not bound to be the one who does it. */
  const giveNext = (member: Member, waiting: Waiting): void => {
    member.next = { ...waiting, claim: new Int32Array(new SharedArrayBuffer(4)) };
    send(member, member.next);
  };

  /** A job from the queue. */
  const fromQueue = (member: Member): Waiting | undefined => {
    // Making a program ready to run takes as long as many searches: rather one that this worker knows.
    const known = queue.findIndex((waiting) => knows(member, waiting));
    return queue.splice(Math.max(0, known), 1)[0];
  };

  /** A job that was sent to a worker which has not come to it. */
  const fromOther = (): Waiting | undefined => {
    for (const other of members) {
      const { next } = other;
      if (next === null || !take(next.claim)) continue;
      other.next = null;
      return next;
    }
    return undefined;
  };

  const anyWaiting = (): Waiting | undefined => queue.shift() ?? fromOther();

  /** Sends those who have nothing to do, and those who could still be hired, to searches that take long. */
  const recruit = (): void => {
    for (const { welcome, current } of members) {
      while (welcome !== null && current !== null && welcome.ports.length > 0) {
        // What waits comes before what would only be faster.
        const waiting = members.length < limit ? anyWaiting() : undefined;
        if (waiting !== undefined) {
          give(hire(), waiting);
          continue;
        }
        const helper = members.find(isIdle) ?? (members.length < limit ? hire() : null);
        if (helper === null) return;
        const { board } = welcome;
        const port = welcome.ports.pop()!;
        helper.helping = board;
        const message: ToWorker = { kind: "help", board, port, ...packed(helper, current.job) };
        helper.worker.postMessage(message, [port]);
      }
    }
  };

  /** Hires somebody for the searches that wait, if those at work will be busy for long; all have been `already`. */
  const reinforce = (already = 0): void => {
    if (members.length >= limit) return;
    const waiting = queue.length + members.filter((member) => member.next !== null).length;
    const ahead = worked < SLOW_AT_FIRST ? 0 : (pace * waiting) / members.length;
    if (waiting === 0 || already + ahead < WORTH_ANOTHER) return;
    const one = anyWaiting();
    if (one !== undefined) give(hire(), one);
  };

  /** The next search for a worker that has become idle; where there is none, somebody to help. */
  const next = (member: Member): void => {
    const waiting = fromQueue(member) ?? fromOther();
    if (waiting === undefined) {
      recruit();
      return;
    }
    give(member, waiting);
    fill(member);
  };

  const fill = (member: Member): void => {
    const waiting = member.next === null ? fromQueue(member) : undefined;
    if (waiting !== undefined) giveNext(member, waiting);
  };

  const settle = (member: Member, act: (waiting: Waiting) => void): void => {
    const waiting = member.current;
    member.current = member.next;
    member.next = null;
    for (const port of member.welcome?.ports ?? []) port.close();
    member.welcome = null;
    if (waiting !== null) act(waiting);
    member.since = clock();
    if (member.current === null) next(member);
    else fill(member);
    reinforce();
  };

  const hear = (member: Member, message: FromWorker): void => {
    switch (message.kind) {
      case "progress":
        onProgress(message.progress);
        reinforce(clock() - Math.max(...members.map(({ since }) => since)));
        break;
      case "welcome":
        for (const port of member.welcome?.ports ?? []) port.close();
        member.welcome = { board: message.board, ports: message.ports };
        recruit();
        break;
      case "helped":
        member.helping = null;
        next(member);
        break;
      case "done":
        pace += (message.seconds - pace) / RECENT;
        worked += message.seconds;
        settle(member, (waiting) => waiting.resolve(message.result));
        break;
      case "failed": {
        const error = new Error(message.message);
        error.stack = message.stack;
        settle(member, (waiting) => waiting.reject(error));
      }
    }
  };

  /** This worker is gone, and what it had in hand with it. Others do the searches that still wait. */
  const lose = (member: Member, error: Error): void => {
    const at = members.indexOf(member);
    if (at < 0 || closed) return;
    members.splice(at, 1);
    if (member.helping !== null) giveUpOn(member.helping);
    if (member.welcome !== null) giveUpOn(member.welcome.board);
    member.current?.reject(error);
    const waiting = member.next ?? queue.shift();
    if (waiting === undefined) return;
    const other = hire();
    give(other, waiting);
    fill(other);
  };

  const hire = (): Member => {
    const worker = new Worker(script, { workerData: { flag: flag.buffer }, resourceLimits });
    const member: Member = {
      worker,
      since: 0,
      known: new Set(),
      sender: new ProgramSender(),
      current: null,
      next: null,
      welcome: null,
      helping: null,
    };
    worker.on("message", (message: FromWorker) => hear(member, message));
    worker.on("error", (error) => lose(member, error as Error));
    worker.on("exit", (code) => lose(member, new Error(`a thread that searched ended by itself (${code})`)));
    members.push(member);
    return member;
  };

  const queued = (job: Job): Promise<JobResult> =>
    new Promise((resolve, reject) => {
      const waiting = { job, resolve, reject };
      const idle = members.find(isIdle);
      if (idle !== undefined) give(idle, waiting);
      else if (members.length === 0) give(hire(), waiting);
      else {
        const free = members.filter((member) => member.current !== null && member.next === null);
        const member = free.find((one) => knows(one, waiting)) ?? free[0];
        if (member === undefined) queue.push(waiting);
        else giveNext(member, waiting);
        reinforce();
      }
    });

  while (members.length < Math.min(early, limit)) hire();

  return {
    explore: (job) => queued(job) as Promise<Exploration>,
    shorten: (job) => queued(job) as Promise<ShortestRuns>,
    explain: (job) => queued(job) as Promise<Explanation[]>,
    costs: (job) => queued(job) as Promise<FunctionCost[]>,
    interrupt: () => Atomics.store(flag, 0, 1),
    get interrupted() {
      return Atomics.load(flag, 0) !== 0;
    },
    close: async () => {
      closed = true;
      await Promise.all([...members].map((member) => member.worker.terminate()));
    },
  };
}
