// Replay tokens: one run, named completely, in one word that survives a mail or a terminal.
//
//   v1:base64url( flags, hash of the program, names, schedule, check )
//
// A token names its input (patch or file, tree, scenario, case), the machine and the choices; it holds no
// code. So that nobody is shown another run than the one that was meant, it carries a hash of the program's
// operations: when smplab, the kernel tree or the patch has changed meanwhile, the replay says so. The last
// byte is a checksum, which tells a mistyped or cut token from a foreign one.
//
// A schedule is run-length encoded: a context mostly makes several steps in a row, so a run of up to 8 steps
// of one of the first 16 contexts is one byte, what is longer or rarer an escape byte and two numbers.

import type { HostConfig } from "../../interpreter/api.js";
import type { Schedule } from "../explore/result.js";
import type { Side } from "./model.js";

/** What a token says. `review` without a side makes no sense, so the two forms are told apart by type. */
export type ReplayToken = {
  /** "suite.case"; "" for a snippet's functions. */
  case: string;
  tree: Path;
  config: HostConfig;
  /** 32 bits of the program's hash. */
  hash: number;
  schedule: Schedule;
} & (({ kind: "review"; side: Side; scenario: Path } & PickedPatch) | { kind: "run"; file: Path });

/** Which patch of which input: the index-th of those that `version` and `only` pick. */
export interface PickedPatch {
  patch: Path;
  index: number;
  /** 0: the newest. */
  version: number;
  /** "": all. */
  only: string;
}

/** A path of the command line, or one of a file that comes with smplab and so is the same everywhere. */
export interface Path {
  shipped: boolean;
  path: string;
}

export type ParsedToken = { ok: true; token: ReplayToken } | { ok: false; message: string };

const PREFIX = "v1:";
const RUN = 1;
const AFTER = 2;
const FULL = 4;
const SCHED = 8;
const ESCAPE = 0x80;
/** From here on the escape is the shorter form. */
const LONG_RUN = 24;

export function encodeToken(token: ReplayToken): string {
  const { config } = token;
  const out: number[] = [];
  const flags =
    (token.kind === "run" ? RUN : token.side === "after" ? AFTER : 0) |
    (config.preempt === "full" ? FULL : 0) |
    (config.rcu === "sched" ? SCHED : 0);
  out.push(flags | ((config.cpus - 1) << 4));
  for (let shift = 24; shift >= 0; shift -= 8) out.push((token.hash >>> shift) & 0xff);
  putPath(out, token.tree);
  if (token.kind === "run") putPath(out, token.file);
  else {
    putPath(out, token.patch);
    putNumber(out, token.index);
    putNumber(out, token.version);
    putText(out, token.only);
    putPath(out, token.scenario);
  }
  putText(out, token.case);
  putSchedule(out, token.schedule);
  out.push(check(out));
  return PREFIX + Buffer.from(out).toString("base64url");
}

export function decodeToken(text: string): ParsedToken {
  const word = text.trim();
  if (!word.startsWith(PREFIX)) {
    const version = /^v(\d+):/.exec(word);
    return {
      ok: false,
      message:
        version === null
          ? `"${word.slice(0, 24)}" is no replay token: it must begin with ${PREFIX}`
          : `the token is of version ${version[1]}, this smplab reads version 1`,
    };
  }
  const bytes = Buffer.from(word.slice(PREFIX.length), "base64url");
  const broken = { ok: false, message: "the token is damaged: its checksum does not fit" } as const;
  const canonical = bytes.toString("base64url") === word.slice(PREFIX.length);
  if (!canonical || bytes.length < 8 || check(bytes.subarray(0, -1)) !== bytes[bytes.length - 1])
    return broken;
  const reader = new Reader(bytes.subarray(0, -1));
  const flags = reader.byte();
  const config: HostConfig = {
    cpus: ((flags >> 4) & 7) + 1,
    preempt: flags & FULL ? "full" : "none",
    rcu: flags & SCHED ? "sched" : "preempt",
  };
  let hash = 0;
  for (let i = 0; i < 4; i++) hash = (hash * 256 + reader.byte()) >>> 0;
  const tree = reader.path();
  const source =
    flags & RUN
      ? ({ kind: "run", file: reader.path() } as const)
      : ({
          kind: "review",
          side: flags & AFTER ? "after" : "before",
          patch: reader.path(),
          index: reader.number(),
          version: reader.number(),
          only: reader.text(),
          scenario: reader.path(),
        } as const);
  const name = reader.text();
  const schedule = reader.schedule();
  if (reader.failed) return broken;
  return { ok: true, token: { ...source, tree, case: name, config, hash, schedule } };
}

function putNumber(out: number[], n: number): void {
  let rest = n;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) | 0x80);
  out.push(rest);
}

function putText(out: number[], text: string): void {
  const bytes = Buffer.from(text, "utf8");
  putNumber(out, bytes.length);
  out.push(...bytes);
}

/** Beginnings of shipped paths that a single byte stands for; 0 is a path of the user. */
const SHIPPED = ["kernel/scenarios/", "patches/samples/", "kernel/tree", ""];

function putPath(out: number[], { shipped, path }: Path): void {
  const known = SHIPPED.findIndex((prefix) => path.startsWith(prefix));
  out.push(shipped ? known + 1 : 0);
  putText(out, shipped ? path.slice(SHIPPED[known]!.length) : path);
}

function putSchedule(out: number[], schedule: Schedule): void {
  for (let i = 0; i < schedule.length; ) {
    const choice = schedule[i]!;
    let length = 1;
    while (schedule[i + length] === choice) length++;
    i += length;
    if (choice < 16 && choice >= 0 && length <= LONG_RUN) {
      for (; length > 0; length -= 8) out.push((choice << 3) | (Math.min(length, 8) - 1));
    } else {
      out.push(ESCAPE);
      putNumber(out, choice);
      putNumber(out, length);
    }
  }
}

/** CRC-8, polynomial 0x07: finds every single wrong byte. */
function check(bytes: ArrayLike<number>): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) {
    crc ^= bytes[i]!;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
  }
  return crc;
}

/** Reads what put…() wrote. Reading past the end gives zeros and sets `failed`. */
class Reader {
  failed = false;
  #at = 0;

  constructor(readonly bytes: Uint8Array) {}

  byte(): number {
    if (this.#at >= this.bytes.length) this.failed = true;
    return this.bytes[this.#at++] ?? 0;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      if (scale > 2 ** 42) {
        this.failed = true;
        return 0;
      }
    }
  }

  text(): string {
    const length = this.number();
    if (length > this.bytes.length - this.#at) {
      this.failed = true;
      return "";
    }
    this.#at += length;
    return Buffer.from(this.bytes.subarray(this.#at - length, this.#at)).toString("utf8");
  }

  path(): Path {
    const code = this.byte();
    const prefix = code === 0 ? "" : SHIPPED[code - 1];
    if (prefix === undefined) this.failed = true;
    return { shipped: code !== 0, path: (prefix ?? "") + this.text() };
  }

  schedule(): number[] {
    const steps: number[] = [];
    while (this.#at < this.bytes.length && !this.failed) {
      const byte = this.byte();
      const [choice, length] = byte < ESCAPE ? [byte >> 3, (byte & 7) + 1] : [this.number(), this.number()];
      // A token cannot be so damaged that it passes the check and then asks for gigabytes.
      if (steps.length + length > 10_000_000) this.failed = true;
      else for (let i = 0; i < length; i++) steps.push(choice);
    }
    return steps;
  }
}
