// The options that several commands share, and how their values are read. A value that makes no sense is
// commander's InvalidArgumentError: it prints the option with it and ends with exit code 2.

import { availableParallelism } from "node:os";
import { type Command, InvalidArgumentError } from "commander";
import { type HostConfig, Warnings } from "../../interpreter/api.js";
import { ENGINES, type Engine, SEARCH_MODES, type SearchMode, type SearchWish } from "../jobs/search.js";

export interface MachineFlags {
  cpus?: number;
  preempt?: HostConfig["preempt"];
  /** As written; read by the action. */
  condition?: string;
  time: number;
  memory?: number;
  states?: number;
  search: SearchMode;
  samples: number;
  preemptions?: number;
  seed: number;
  engine: Engine;
  jobs: number;
  fresh?: boolean;
  json?: boolean;
  verbose?: boolean;
  timing?: boolean;
  shard?: ShardOf;
  /** What stood behind each -W: "all", "no-parentheses". */
  W?: string[];
  w?: boolean;
}

/** The warning options as gcc spells them. */
export function warningOptions({ W = [], w }: MachineFlags): string[] {
  return [...W.map((one) => `-W${one}`), ...(w === true ? ["-w"] : [])];
}

/** The index-th of so many shards. */
export interface ShardOf {
  index: number;
  of: number;
}

/** CPUs that the machine can have. */
const MAX_CPUS = 8;

/** Seconds for one search, unless --time says otherwise. */
export const DEFAULT_SECONDS = 60;

/** Bytes for the states of one search, unless --memory says otherwise. */
export const DEFAULT_MEMORY = 2 ** 31;

/** Runs of a search that takes samples. */
const DEFAULT_SAMPLES = 10_000;

export function machineOptions(command: Command): Command {
  return command
    .option(
      "--cpus <n>",
      `CPUs of the machine, 1 to ${MAX_CPUS} (default: what the scenario asks for, else 2)`,
      cpus,
    )
    .option(
      "--preempt <model>",
      "preemption model: none or full (default: what the scenario asks for, else full)",
      preempt,
    )
    .option("--condition <text>", "condition over outcomes, as in litmus tests: 'exists (x=1 /\\ y=0)'")
    .option("--time <seconds>", "longest time for one search (a case on one side)", positive, DEFAULT_SECONDS)
    .option(
      "--memory <size>",
      "most memory for the states of one search: a number with K, M or G (default: 2G)",
      bytes,
    )
    .option(
      "--states <n>",
      "most states of one search, or runs of one by traces (default: 50000000)",
      wholeNumberTo(9),
    )
    .option(
      "--search <mode>",
      `how to search: ${SEARCH_MODES.join(", ")}; random and pct take samples and decide nothing`,
      searchMode,
      "auto",
    )
    .option("--samples <n>", "runs of a random or pct search", wholeNumberTo(9), DEFAULT_SAMPLES)
    .option("--preemptions <n>", "most preemptions of a bounded search (default: 8)", upTo(31))
    .option("--seed <n>", "seed of a random or pct search: the same seed, the same runs", wholeNumberTo(9), 1)
    .option(
      "--engine <name>",
      `what runs the C: ${ENGINES.join(" or ")}; both give the same runs`,
      engine,
      "wasm",
    )
    .option(
      "--jobs <n>",
      "threads: searches at a time, or several for one that takes long",
      wholeNumber,
      availableParallelism(),
    )
    .option("--fresh", "make every search, also what an earlier review of the same C has found out")
    .option(
      "--shard <i/n>",
      "make every n-th search only, from number i on, and print what smplab merge reads",
      shard,
    )
    .option(
      "-W <warning>",
      "what to warn about, as gcc has it: -Wextra, -Wno-parentheses, -Werror=format …; -Wall is on",
      warning,
    )
    .option("-w", "warn about nothing")
    .option("--json", "print one JSON object")
    .option("--timing", "say how long it took; without it the same searches print the same bytes")
    .option("-v, --verbose", "show every outcome, schedule and cost");
}

/** What the flags say about the search. */
export function searchWish(flags: MachineFlags): SearchWish {
  const { search, engine, memory, states, samples, seed, preemptions } = flags;
  return {
    ...(states === undefined ? {} : { states }),
    ...(preemptions === undefined ? {} : { preemptions }),
    mode: search,
    engine,
    memory: memory ?? DEFAULT_MEMORY,
    samples,
    seed,
  };
}

function warning(text: string, before: string[] = []): string[] {
  if (new Warnings([`-W${text}`]).unknown.length > 0)
    throw new InvalidArgumentError("gcc 12 has no such warning for C.");
  return [...before, text];
}

function upTo(most: number): (text: string) => number {
  return (text) => {
    if (!/^\d+$/.test(text) || Number(text) > most)
      throw new InvalidArgumentError(`It must be a number from 0 to ${most}.`);
    return Number(text);
  };
}

function shard(text: string): ShardOf {
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || of === undefined || index < 1 || index > of)
    throw new InvalidArgumentError("It must be two numbers such as 1/4: the first of four shards.");
  return { index, of };
}

function searchMode(text: string): SearchMode {
  const mode = SEARCH_MODES.find((name) => name === text);
  if (mode === undefined) throw new InvalidArgumentError(`It must be one of ${SEARCH_MODES.join(", ")}.`);
  return mode;
}

function bytes(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)([KMG])B?$/i.exec(text) ?? [];
  const size = Number(digits) * 1024 ** (" KMG".indexOf((unit ?? "").toUpperCase()) || 1);
  if (digits === undefined || size < 2 ** 20)
    throw new InvalidArgumentError("It must be a size of 1M or more, such as 500M or 2G.");
  return Math.floor(size);
}

function cpus(text: string): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < 1 || n > MAX_CPUS) {
    throw new InvalidArgumentError(`It must be a number from 1 to ${MAX_CPUS}.`);
  }
  return n;
}

function preempt(text: string): HostConfig["preempt"] {
  if (text !== "none" && text !== "full") throw new InvalidArgumentError("It must be none or full.");
  return text;
}

function engine(text: string): Engine {
  const found = ENGINES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`It must be ${ENGINES.join(" or ")}.`);
  return found;
}

function positive(text: string): number {
  const n = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(n > 0))
    throw new InvalidArgumentError("It must be a number of seconds above 0.");
  return n;
}

/** A version of a series, a number of jobs. */
export const wholeNumber = wholeNumberTo(3);

/** From 1 on, with at most so many digits. */
export function wholeNumberTo(digits: number): (text: string) => number {
  return (text) => {
    if (!/^\d+$/.test(text) || text.length > digits || Number(text) < 1)
      throw new InvalidArgumentError("It must be a whole number from 1 on.");
    return Number(text);
  };
}
