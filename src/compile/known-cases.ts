// The cases of a scenario's file that was compiled before, from the same text: then nothing is compiled until somebody
// needs the program.
//
// A compilation is a function of what it read and of what it looked for in vain, for each of these decides what comes
// next. So an entry holds when each file that went into the program has the text that it had, and what was missing is
// still missing. The files that were read name the program, wherever it came from: `source`. Which file an #include
// means cannot differ where all of them are there; only __has_include can tell more, so who uses it is not kept.

import { createHash } from "node:crypto";
import { posix } from "node:path";
import type { FileTable } from "../../interpreter/api.js";
import type { ResultStore } from "../jobs/kept.js";
import type { SourceFiles } from "./files.js";

/** A case of a suite, without its program. */
export interface KnownCase {
  /** "suite.case" */
  name: string;
  /** Its name in the suite. */
  own: string;
  suite: number;
  index: number;
}

/** What a file was found to hold. */
export interface KnownFile {
  source: string;
  cases: KnownCase[];
  /** It may start a task that is bound to no CPU. */
  unbound: boolean;
}

interface Entry extends KnownFile {
  /** Names and digests of the files that the program is made of. */
  read: [string, string][];
  /** What was looked for in vain, for this file or for another one. */
  missing: string[];
}

/** A patch and the trees around it give a file few forms at a time. */
const MOST_FORMS = 8;

export class KnownCases {
  constructor(
    readonly store: ResultStore,
    /** What the compiler was asked for besides. */
    readonly options: readonly string[],
  ) {}

  find(path: string, files: SourceFiles): KnownFile | null {
    const holds = ({ read, missing }: Entry): boolean =>
      read.every(([name, digest]) => files.digest(name) === digest) &&
      missing.every((name) => files.digest(name) === null);
    return this.#forms(path).find(holds) ?? null;
  }

  /** Of a file that compiled without a word, and did not ask for files. */
  keep(path: string, files: SourceFiles, read: [string, string][], file: KnownFile): void {
    const missing = [...files.asked].flatMap(([name, isThere]) => (isThere ? [] : [name]));
    const entry: Entry = { ...file, read, missing };
    const forms = this.#forms(path).filter(({ source }) => source !== file.source);
    this.store.keep(this.#name(path), [entry, ...forms].slice(0, MOST_FORMS));
  }

  /** programHash() of the program made of `source`; it takes reading all of it. */
  hash(source: string, make: () => number): number {
    const name = digestOf(["hash", source]);
    const known = this.store.find(name) as number | undefined;
    if (known !== undefined) return known;
    const hash = make();
    this.store.keep(name, hash);
    return hash;
  }

  #forms(path: string): Entry[] {
    return (this.store.find(this.#name(path)) as Entry[] | undefined) ?? [];
  }

  #name(path: string): string {
    return digestOf(["cases", path, this.options]);
  }
}

/** The files that a program is made of, the main file at `path`; null where one of them is not to be had again. */
export function filesOf(path: string, table: FileTable, files: SourceFiles): [string, string][] | null {
  const names = new Set([path, ...table.files.map((file) => posix.normalize(file.path))]);
  const read: [string, string][] = [];
  for (const name of names) {
    // Made by the preprocessor: <built-in>.
    if (name.startsWith("<")) continue;
    const digest = files.digest(name);
    if (digest === null) return null;
    read.push([name, digest]);
  }
  return read;
}

/** Tells these files from all others. */
export function sourceOf(read: readonly [string, string][]): string {
  return digestOf(read);
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
