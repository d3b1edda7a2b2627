// Results that outlive the process: one file for each, in the user's cache directory.
//
// What another build of smplab found is never taken: the build is part of the path. A file that is not what was written
// (cut short by a full disk, changed by somebody) does not match the digest in front of it and counts as absent, so
// nothing here can go wrong worse than searching again. Files that nobody has asked for in a month are removed.
//
// Base directory: https://specifications.freedesktop.org/basedir-spec/latest/ ($XDG_CACHE_HOME).

import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize, serialize } from "node:v8";
import type { ResultStore } from "../jobs/kept.js";

/** Written beside the packed files when they are made: tells this build from all others. */
const BUILD_FILE = "build.txt";

const DAY = 24 * 60 * 60 * 1000;
/** Not asked for so long: removed. */
const STALE = 30 * DAY;
/** Bytes of all results; beyond that the oldest go. */
const MOST_BYTES = 512 * 1024 * 1024;

const DIGEST = 32;

/** Results of this process, and of earlier ones where the user has a cache directory and this is a build of its own. */
export function keptResults(environment: NodeJS.ProcessEnv): ResultStore {
  const directory = cacheDirectory(environment);
  const build = buildName();
  return directory === null || build === null ? new MemoryStore() : new DiskStore(join(directory, build));
}

/** Where to keep results, or null: the user wants none kept. */
function cacheDirectory({ SMPLAB_CACHE, XDG_CACHE_HOME }: NodeJS.ProcessEnv): string | null {
  if (SMPLAB_CACHE === "off") return null;
  if (SMPLAB_CACHE !== undefined && SMPLAB_CACHE !== "") return SMPLAB_CACHE;
  const base =
    XDG_CACHE_HOME !== undefined && isAbsolute(XDG_CACHE_HOME) ? XDG_CACHE_HOME : join(homedir(), ".cache");
  return join(base, "smplab");
}

/** Of the packed files that this code runs from; null for modules as they are compiled one by one. */
function buildName(): string | null {
  const file = join(dirname(fileURLToPath(import.meta.url)), BUILD_FILE);
  // What is written and read back by V8 depends on its version.
  return existsSync(file) ? `${readFileSync(file, "utf8").trim()}-${process.versions.v8}` : null;
}

/** For one process: in a series each state of the tree is searched as what is after a patch, and before the next. */
export class MemoryStore implements ResultStore {
  /** Whoever has a result may change it, so each asker gets a copy. */
  readonly #known = new Map<string, Uint8Array>();

  find(name: string): unknown {
    const content = this.#known.get(name);
    return content === undefined ? undefined : deserialize(content);
  }

  keep(name: string, value: unknown): void {
    this.#known.set(name, serialize(value));
  }
}

export class DiskStore implements ResultStore {
  /** What was read or written already, or could not be written. */
  readonly #known = new Map<string, Uint8Array>();
  /** Cannot be written: nobody is told, results only do not outlive the process. */
  #isReadOnly = false;
  #isTrimmed = false;

  constructor(readonly directory: string) {}

  find(name: string): unknown {
    const content = this.#known.get(name) ?? this.#read(name);
    return content === null ? undefined : deserialize(content);
  }

  keep(name: string, value: unknown): void {
    const content = serialize(value);
    this.#known.set(name, content);
    if (this.#isReadOnly) return;
    const path = this.#path(name);
    const own = `${path}.${process.pid}`;
    try {
      this.#trim();
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      writeFileSync(own, Buffer.concat([digestOf(name, content), content]), { mode: 0o600 });
      // Whoever reads meanwhile finds all of it or nothing.
      renameSync(own, path);
    } catch {
      this.#isReadOnly = true;
    }
  }

  #read(name: string): Uint8Array | null {
    const path = this.#path(name);
    let bytes: Buffer;
    try {
      bytes = readFileSync(path);
    } catch {
      return null;
    }
    const content = bytes.subarray(DIGEST);
    if (!digestOf(name, content).equals(bytes.subarray(0, DIGEST))) return null;
    this.#known.set(name, content);
    touch(path);
    return content;
  }

  #path(name: string): string {
    return join(this.directory, name.slice(0, 2), name.slice(2));
  }

  /** Once a day: removes what nobody asks for any more, of all builds. */
  #trim(): void {
    if (this.#isTrimmed) return;
    this.#isTrimmed = true;
    const all = dirname(this.directory);
    const mark = join(all, "trimmed");
    const now = Date.now();
    const last = statSync(mark, { throwIfNoEntry: false });
    if (last !== undefined && now - last.mtimeMs < DAY) return;
    mkdirSync(all, { recursive: true, mode: 0o700 });
    closeSync(openSync(mark, "w", 0o600));
    trim(all, now);
  }
}

/** Removes results below `directory` that were not asked for in a month, and the oldest while all take too much. */
export function trim(directory: string, now: number, mostBytes = MOST_BYTES): void {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.parentPath !== directory)
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const { size, mtimeMs } = statSync(path);
      return { path, size, mtimeMs };
    })
    .sort((a, b) => b.mtimeMs - a.mtimeMs);
  let bytes = 0;
  for (const { path, size, mtimeMs } of files) {
    bytes += size;
    if (now - mtimeMs > STALE || bytes > mostBytes) rmSync(path, { force: true });
  }
}

/** Says that somebody asked for it, but not each time. */
function touch(path: string): void {
  const now = new Date();
  try {
    if (now.getTime() - statSync(path).mtimeMs > DAY) utimesSync(path, now, now);
  } catch {
    // Somebody removed it, or may only read.
  }
}

/** The name is in it: a file under another one is no answer. */
function digestOf(name: string, content: Uint8Array): Buffer {
  return createHash("sha256").update(name).update(content).digest();
}
