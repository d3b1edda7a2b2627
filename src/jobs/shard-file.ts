// What one shard of a command has found, as a file: the command, what it was to explore, and the explorations of its
// share. `smplab merge` reads all shards and prints what the command would have printed.
//
// A file comes from elsewhere, so nothing in it is believed: every value is looked at before it is used, and what does
// not fit is one sentence. Values of the C program are decimal strings, since JSON has no 64-bit integers.

import type { Finding, HostConfig, KnownSharing } from "../../interpreter/api.js";
import type {
  Exploration,
  FindingPlace,
  FoundFinding,
  Outcome,
  Schedule,
  SearchKind,
} from "../explore/result.js";

const FORMAT = "smplab shard";
const FORMAT_VERSION = 2;

/** One search that a command makes: who makes the same program's search of the same name makes the same search. */
export interface SearchName {
  label: string;
  /** Hash of the program. */
  program: number;
}

export interface Shard {
  /** Of smplab. */
  version: string;
  command: "run" | "review";
  /** The file or patch as it was given; "-": standard input. */
  given: string;
  /** Options of the command line, but for those that change no result. */
  flags: Readonly<Record<string, unknown>>;
  /** SHA-256 of the file that was given; "" for a directory. */
  digest: string;
  /** What standard input held, base64; "" where it was not read. */
  stdin: string;
  /** From 1. */
  index: number;
  of: number;
  /** All searches of the command, in their order; those of this shard are number index - 1, then every of-th one. */
  searches: SearchName[];
  explorations: Exploration[];
  interrupted: boolean;
}

export function writeShard(shard: Shard): string {
  const value = { format: FORMAT, formatVersion: FORMAT_VERSION, ...shard };
  return `${JSON.stringify(value, (_key, v) => (typeof v === "bigint" ? v.toString() : v))}\n`;
}

export type ReadShard = { ok: true; shard: Shard } | { ok: false; problem: string };

export function readShard(text: string): ReadShard {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: "it is not JSON, or not all of it" };
  }
  const reader = new Reader();
  const top = reader.object(value, "the file");
  if (top.format !== FORMAT) return { ok: false, problem: "it does not say that it is one" };
  if (top.formatVersion !== FORMAT_VERSION)
    return { ok: false, problem: "it was written by another version of smplab" };
  const shard = readTop(reader, top);
  return reader.problem === null ? { ok: true, shard } : { ok: false, problem: reader.problem };
}

function readTop(r: Reader, top: Record<string, unknown>): Shard {
  const of = r.integer(top.of, "of", 1, MOST_SHARDS);
  const searches = r.list(top.searches, "searches", MOST_SEARCHES, (one) => {
    const name = r.object(one, "searches");
    return {
      label: r.text(name.label, "label"),
      program: r.integer(name.program, "program", 0, 2 ** 32 - 1),
    };
  });
  return {
    version: r.text(top.version, "version"),
    command: r.oneOf(top.command, "command", ["run", "review"]),
    given: r.text(top.given, "given"),
    flags: readFlags(r, top.flags),
    digest: r.text(top.digest, "digest"),
    stdin: r.text(top.stdin, "stdin"),
    index: r.integer(top.index, "index", 1, of),
    of,
    searches,
    explorations: r.list(top.explorations, "explorations", MOST_SEARCHES, (one) => readExploration(r, one)),
    interrupted: r.flag(top.interrupted, "interrupted"),
  };
}

export const MOST_SHARDS = 9999;
const MOST_SEARCHES = 1_000_000;
const MOST_STEPS = 10_000_000;
const MOST_ENTRIES = 10_000_000;
const MOST_CONTEXTS = 32;

/** Options of review and run that change what is explored or printed, and what they may be. */
const FLAGS: Readonly<Record<string, (r: Reader, value: unknown, name: string) => unknown>> = {
  tree: (r, v, n) => r.text(v, n),
  only: (r, v, n) => r.text(v, n),
  condition: (r, v, n) => r.text(v, n),
  scenario: (r, v, n) => r.list(v, n, MOST_SEARCHES, (one) => r.text(one, n)),
  version: (r, v, n) => r.integer(v, n, 1, 999),
  cpus: (r, v, n) => r.integer(v, n, 1, 8),
  preempt: (r, v, n) => r.oneOf(v, n, ["none", "full"]),
  time: (r, v, n) => r.number(v, n),
  memory: (r, v, n) => r.integer(v, n, 2 ** 20, Number.MAX_SAFE_INTEGER),
  search: (r, v, n) => r.oneOf(v, n, ["auto", "states", "traces", "bounded", "random", "pct"]),
  states: (r, v, n) => r.integer(v, n, 1, 999_999_999),
  samples: (r, v, n) => r.integer(v, n, 1, 999_999_999),
  preemptions: (r, v, n) => r.integer(v, n, 0, 31),
  seed: (r, v, n) => r.integer(v, n, 1, 999_999_999),
  engine: (r, v, n) => r.oneOf(v, n, ["vm", "wasm"]),
  exitZero: (r, v, n) => r.flag(v, n),
  json: (r, v, n) => r.flag(v, n),
  verbose: (r, v, n) => r.flag(v, n),
  timing: (r, v, n) => r.flag(v, n),
};

/** Those of a command's options that a shard carries; how many threads searched is nobody's business. */
export function carriedFlags(flags: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(flags).filter(([name, value]) => name in FLAGS && value !== undefined),
  );
}

function readFlags(r: Reader, value: unknown): Record<string, unknown> {
  const given = r.object(value, "flags");
  const flags: Record<string, unknown> = {};
  for (const [name, one] of Object.entries(given)) {
    if (!Object.hasOwn(FLAGS, name)) r.fail(`flags.${name}`);
    else flags[name] = FLAGS[name]!(r, one, `flags.${name}`);
  }
  for (const name of ["time", "search", "samples", "seed", "engine"])
    if (!(name in flags)) r.fail(`flags.${name}`);
  return flags;
}

const SEARCHES: readonly SearchKind[] = ["states", "traces", "bounded", "random", "pct"];
const ENDS: readonly Outcome["end"][] = ["finished", "fatal", "deadlock", "unsupported", "cut", "internal"];

function readExploration(r: Reader, value: unknown): Exploration {
  const e = r.object(value, "exploration");
  const stats = r.object(e.stats, "stats");
  const complete = r.flag(e.complete, "complete");
  const cut = e.cut === null ? null : r.text(e.cut, "cut");
  if (complete !== (cut === null)) r.fail("cut");
  return {
    search: r.oneOf(e.search, "search", SEARCHES),
    ...(e.why === undefined ? {} : { why: r.text(e.why, "why") }),
    ...(e.levels === undefined
      ? {}
      : {
          levels: r.list(e.levels, "levels", MOST_CONTEXTS, (one) => {
            const level = r.object(one, "levels");
            return {
              preemptions: r.count(level.preemptions, "preemptions"),
              states: r.count(level.states, "states"),
              outcomes: r.count(level.outcomes, "outcomes"),
              findings: r.count(level.findings, "findings"),
            };
          }),
        }),
    complete,
    cut,
    outcomes: r.list(e.outcomes, "outcomes", MOST_ENTRIES, (one) => readOutcome(r, one)),
    findings: r.list(e.findings, "findings", MOST_ENTRIES, (one) => readFound(r, one)),
    stats: {
      states: r.count(stats.states, "states"),
      ...(stats.alike === undefined ? {} : { alike: r.integer(stats.alike, "alike", 2, MOST_CONTEXTS) }),
      transitions: r.count(stats.transitions, "transitions"),
      ends: r.count(stats.ends, "ends"),
      maxDepth: r.count(stats.maxDepth, "maxDepth"),
      seconds: r.number(stats.seconds, "seconds"),
    },
    config: readConfig(r, e.config),
    ...(e.shortestLater === undefined
      ? {}
      : { shortestLater: e.shortestLater === null ? null : readSharing(r, e.shortestLater) }),
  };
}

function readSharing(r: Reader, value: unknown): KnownSharing {
  const { shared, exposed, breaches, locksHold, foreign, moving } = r.object(value, "shortestLater");
  return {
    shared: r.list(shared, "shared", MOST_ENTRIES, (one) => r.count(one, "shared")),
    exposed: r.list(exposed, "exposed", MOST_ENTRIES, (one) => r.count(one, "exposed")),
    breaches: r.count(breaches, "breaches"),
    locksHold: r.flag(locksHold, "locksHold"),
    foreign: r.integer(foreign, "foreign", -(2 ** 31), 2 ** 31 - 1),
    moving: r.integer(moving, "moving", -(2 ** 31), 2 ** 31 - 1),
  };
}

function readConfig(r: Reader, value: unknown): HostConfig {
  const config = r.object(value, "config");
  return {
    cpus: r.integer(config.cpus, "cpus", 1, MOST_CONTEXTS),
    preempt: r.oneOf(config.preempt, "preempt", ["none", "full"]),
    rcu: r.oneOf(config.rcu, "rcu", ["preempt", "sched"]),
  };
}

function readOutcome(r: Reader, value: unknown): Outcome {
  const outcome = r.object(value, "outcome");
  return {
    key: r.text(outcome.key, "key"),
    values: r.list(outcome.values, "values", MOST_ENTRIES, (one) => {
      const { name, value: number } = r.object(one, "values");
      return { name: r.text(name, "name"), value: r.big(number, "value") };
    }),
    end: r.oneOf(outcome.end, "end", ENDS),
    failed: r.flag(outcome.failed, "failed"),
    states: r.count(outcome.states, "states"),
    witness: readSchedule(r, outcome.witness),
    shortest: r.flag(outcome.shortest, "shortest"),
  };
}

function readFound(r: Reader, value: unknown): FoundFinding {
  const found = r.object(value, "finding");
  return {
    title: r.text(found.title, "title"),
    place: readPlace(r, found.place),
    finding: readFinding(r, found.finding),
    seen: r.count(found.seen, "seen"),
    witness: readSchedule(r, found.witness),
    shortest: r.flag(found.shortest, "shortest"),
  };
}

function readPlace(r: Reader, value: unknown): FindingPlace {
  const place = r.object(value, "place");
  return {
    what: r.text(place.what, "what"),
    file: r.text(place.file, "file"),
    line: r.count(place.line, "line"),
  };
}

function readFinding(r: Reader, value: unknown): Finding {
  const f = r.object(value, "finding");
  const place = (one: unknown, name: string) => r.integer(one, name, -1, 2 ** 31);
  const address = (one: unknown) => r.integer(one, "address", -(2 ** 31), Number.MAX_SAFE_INTEGER);
  return {
    kind: r.text(f.kind, "kind"),
    fatal: r.flag(f.fatal, "fatal"),
    task: place(f.task, "task"),
    cpu: place(f.cpu, "cpu"),
    site: place(f.site, "site"),
    otherTask: place(f.otherTask, "otherTask"),
    otherSite: place(f.otherSite, "otherSite"),
    address: address(f.address),
    size: r.count(f.size, "size"),
    text: r.text(f.text, "text"),
    ...(f.links === undefined
      ? {}
      : {
          links: r.list(f.links, "links", MOST_ENTRIES, (one) => {
            const link = r.object(one, "links");
            return {
              what: r.text(link.what, "what"),
              address: address(link.address),
              site: place(link.site, "site"),
            };
          }),
        }),
  };
}

function readSchedule(r: Reader, value: unknown): Schedule {
  return r.list(value, "witness", MOST_STEPS, (one) => r.integer(one, "witness", 0, MOST_CONTEXTS - 1));
}

/** Looks at values. What does not fit is noted, the first of it, and something harmless goes on in its place. */
class Reader {
  problem: string | null = null;

  fail(name: string): void {
    this.problem ??= `its "${name}" is missing or makes no sense`;
  }

  object(value: unknown, name: string): Record<string, unknown> {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
    this.fail(name);
    return {};
  }

  list<T>(value: unknown, name: string, most: number, read: (one: unknown) => T): T[] {
    if (!Array.isArray(value) || value.length > most) {
      this.fail(name);
      return [];
    }
    const all: T[] = [];
    for (const one of value) {
      if (this.problem !== null) break;
      all.push(read(one));
    }
    return all;
  }

  /** A terminal is not to be told what to do by a file. */
  text(value: unknown, name: string): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (typeof value === "string" && !/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(value)) return value;
    this.fail(name);
    return "";
  }

  flag(value: unknown, name: string): boolean {
    if (typeof value !== "boolean") this.fail(name);
    return value === true;
  }

  number(value: unknown, name: string): number {
    if (typeof value === "number" && value >= 0) return value;
    this.fail(name);
    return 0;
  }

  integer(value: unknown, name: string, least: number, most: number): number {
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= least && value <= most)
      return value;
    this.fail(name);
    return least;
  }

  count(value: unknown, name: string): number {
    return this.integer(value, name, 0, Number.MAX_SAFE_INTEGER);
  }

  big(value: unknown, name: string): bigint {
    if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
    this.fail(name);
    return 0n;
  }

  oneOf<T extends string>(value: unknown, name: string, names: readonly T[]): T {
    const found = names.find((one) => one === value);
    if (found === undefined) this.fail(name);
    return found ?? names[0]!;
  }
}
