// The files of one translation unit as the preprocessor sees them: a tree with a scenario laid beside it.
//
// The hard thing is that five sets of files meet in one name space, and that a file of the user must never hide
// one of the tree (nor the other way round). So each set has names of its own:
//
//   mm/memcontrol.c            the tree that is being compiled, before or after the patch
//   kernel/include/…           headers that come with smplab
//   kernel/scenarios/…         scenarios that come with smplab
//   libc/…                     the C library for ordinary programs
//   @/home/me/demo.c           the user's own files: the absolute path behind "@"
//
// A reader never sees the "@": such a file begins with a #line that gives it the name that the user gave it.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { PreprocessHost } from "../../interpreter/api.js";
import { type SourceTree, utf8 } from "../../patches/api.js";

const SHIPPED = ["kernel/include/", "kernel/scenarios/", "libc/"];

/** Where #include looks: tree root, the tree's include/, smplab's headers, shared headers of the scenarios. */
export const INCLUDE_PATHS = ["", "include", "kernel/include", "kernel/scenarios/include"];

/** Where the headers of the C library are, for programs that may use it; the kernel's come first. */
export const LIBRARY_PATHS = ["libc/include"];

export class SourceFiles implements PreprocessHost {
  readonly #shown = new Map<string, string>();
  /** The user's files that lie on no disk. */
  readonly #given = new Map<string, string>();
  /** Names asked for so far, and whether there was such a file. */
  readonly #asked = new Map<string, boolean>();
  readonly #digests = new Map<string, string | null>();

  constructor(
    readonly tree: SourceTree,
    /** The package's directory: kernel/include and kernel/scenarios lie below it. */
    readonly packageRoot: string,
    readonly cwd: string,
  ) {}

  readFile(path: string): string | null {
    const text = this.#read(path);
    this.#asked.set(path, text !== null);
    return text;
  }

  /** Every name that was asked for so far, and whether there was such a file. */
  get asked(): ReadonlyMap<string, boolean> {
    return this.#asked;
  }

  /** Of the file's text, in which a byte that is no UTF-8 still counts; null where there is no such file. */
  digest(path: string): string | null {
    let digest = this.#digests.get(path);
    if (digest === undefined) {
      const text = this.readFile(path);
      digest = text === null ? null : createHash("sha256").update(text, "utf16le").digest("base64");
      this.#digests.set(path, digest);
    }
    return digest;
  }

  #read(path: string): string | null {
    if (path.startsWith("@/")) return this.#own(path);
    if (SHIPPED.some((prefix) => path.startsWith(prefix))) {
      const text = readText(join(this.packageRoot, path));
      if (text !== null) return this.#remember(path, text);
    }
    const bytes = this.tree.read(path);
    return bytes === null ? null : this.#remember(path, utf8(bytes));
  }

  /** Lays a text under the name of a file of the user: what came from standard input. */
  give(absolute: string, text: string): void {
    this.#given.set(absolute, text);
  }

  /** The text of a file as its author wrote it. */
  sourceOf(path: string): string {
    if (this.readFile(path) === null) throw new Error(`no file ${path}`);
    return this.#shown.get(this.shownName(path))!;
  }

  /** The name that reports show for a file that the preprocessor knows as `path`. */
  shownName(path: string): string {
    return path.startsWith("@/") ? displayName(path.slice(1), this.cwd) : path;
  }

  /** The text of a line, by the name that reports show; "" where nothing is known. */
  line(file: string, line: number): string {
    return this.#shown.get(file)?.split("\n", line)[line - 1] ?? "";
  }

  #own(path: string): string | null {
    const absolute = path.slice(1);
    const text = this.#given.get(absolute) ?? readText(absolute);
    if (text === null) return null;
    const name = displayName(absolute, this.cwd);
    this.#remember(name, text);
    return `#line 1 "${name.replace(/[\\"]/g, "\\$&")}"\n${text}`;
  }

  #remember(name: string, text: string): string {
    this.#shown.set(name, text);
    return text;
  }
}

/** Does a shown name mean a scenario that comes with smplab? */
export function isShippedScenario(name: string): boolean {
  return name.startsWith("kernel/scenarios/");
}

/** The name under which the preprocessor knows a file of the user or of the package. */
export function virtualName(absolute: string, packageRoot: string): string {
  const inside = relative(packageRoot, absolute).split(sep).join("/");
  return SHIPPED.some((prefix) => inside.startsWith(prefix)) ? inside : `@${absolute}`;
}

/** A path as its user would write it: relative where that is shorter. */
export function displayName(absolute: string, cwd: string): string {
  const below = relative(cwd, absolute);
  return below === "" || below.startsWith("..") ? absolute : below.split(sep).join("/");
}

function readText(path: string): string | null {
  if (!existsSync(path) || !statSync(path).isFile()) return null;
  return decode(readFileSync(path));
}

/** UTF-8, in which a byte that belongs to none stands as U+DC80 … U+DCFF: gcc takes such bytes as they are. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Which character a byte belongs to is seen from its neighbours: whole characters first, then what is left.
    const latin1 = Buffer.from(bytes).toString("latin1");
    const character =
      /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}|[\x80-\xff]/g;
    return latin1.replace(character, (given) =>
      given.length === 1
        ? String.fromCharCode(0xdc00 + given.charCodeAt(0))
        : Buffer.from(given, "latin1").toString("utf8"),
    );
  }
}
