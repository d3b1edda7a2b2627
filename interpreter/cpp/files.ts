// Finding included files: which directories are searched for which form, and from where #include_next goes on.
//
// The directories form one chain: quote, include, system. #include "x" looks beside the including file first and
// then along the whole chain; #include <x> enters the chain behind the quote directories; #include_next enters it
// behind the place where the including file was found.

import type { LexCache } from "./cache.js";
import type { LexedFile } from "./lexer.js";
import type { PreprocessHost, PreprocessOptions } from "./options.js";

export interface FoundFile {
  /** As written: the directory of the chain, "/", the name. What __FILE__ shows. */
  readonly path: string;
  /** The same with "." and ".." resolved: two paths with one key are one file. */
  readonly key: string;
  readonly lexed: LexedFile;
  /** The place in the chain; BESIDE when it was found beside the including file or by an absolute path. */
  readonly chainIndex: number;
  readonly isSystem: boolean;
}

export const BESIDE = -1;

export class FileFinder {
  readonly #chain: readonly string[];
  readonly #angleStart: number;
  readonly #systemStart: number;
  readonly #files = new Map<string, LexedFile | null>();
  readonly #found = new Map<string, FoundFile | null>();

  constructor(
    readonly host: PreprocessHost,
    options: PreprocessOptions,
    readonly cache: LexCache,
  ) {
    const quote = options.quotePaths ?? [];
    const include = options.includePaths ?? [];
    this.#chain = [...quote, ...include, ...(options.systemPaths ?? [])];
    this.#angleStart = quote.length;
    this.#systemStart = quote.length + include.length;
  }

  /** #include "name" or <name> in a file of the directory `directory`. */
  find(name: string, isAngled: boolean, directory: string): FoundFile | null {
    if (name.startsWith("/")) return this.#open(name, BESIDE);
    if (isAngled) return this.#search(name, this.#angleStart);
    const path = join(directory, name);
    return this.#open(path, BESIDE) ?? this.#search(name, 0);
  }

  /** #include_next in a file that was found at `chainIndex`. */
  findNext(name: string, chainIndex: number): FoundFile | null {
    if (name.startsWith("/")) return this.#open(name, BESIDE);
    return this.#search(name, chainIndex + 1);
  }

  #search(name: string, start: number): FoundFile | null {
    const question = `${start}:${name}`;
    let found = this.#found.get(question);
    if (found === undefined) {
      found = null;
      for (let i = start; i < this.#chain.length && found === null; i++)
        found = this.#open(join(this.#chain[i]!, name), i);
      this.#found.set(question, found);
    }
    return found;
  }

  #open(path: string, chainIndex: number): FoundFile | null {
    const key = normalizePath(path);
    let lexed = this.#files.get(key);
    if (lexed === undefined) {
      const text = this.host.readFile(key);
      lexed = text === null ? null : this.cache.lex(text);
      this.#files.set(key, lexed);
    }
    if (lexed === null) return null;
    return { path, key, lexed, chainIndex, isSystem: chainIndex >= this.#systemStart };
  }
}

/** The part of a path before its last "/"; "" for a bare name. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : slash === 0 ? "/" : path.slice(0, slash);
}

function join(directory: string, name: string): string {
  if (directory === "") return name;
  return directory.endsWith("/") ? directory + name : `${directory}/${name}`;
}

/** "a/./b/../c" as "a/c". Leading ".." stay. */
export function normalizePath(path: string): string {
  if (!path.includes("./") && !path.includes("//") && !path.endsWith("/..") && !path.endsWith("/."))
    return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (part !== ".." || !path.startsWith("/")) parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}
