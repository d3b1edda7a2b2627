// gcc's verdicts about the 2,000 damaged programs of the test, recorded so that it needs no gcc: one letter a program,
// in the order in which they are made, with a checksum that says which program it was.

import { readFileSync, writeFileSync } from "node:fs";
import { damaged, randomFrom } from "./damage.js";
import { askGcc, type Verdict } from "./gcc.js";
import { repositoryPrograms } from "./programs.js";

const FILE = "test/interpreter/fuzz/verdicts.txt";
const COUNT = 2000;
/** Kernel units have a hundred times as many tokens in their headers as in themselves. */
const LIMIT = 8000;

const LETTERS: Readonly<Record<Verdict, string>> = { syntax: "s", meaning: "m", fine: "f" };

export interface DamagedProgram {
  readonly name: string;
  readonly text: string;
}

/** The same 2,000 every time, as long as the repository's programs stay as they are. */
export function* damagedPrograms(): Generator<DamagedProgram> {
  const programs = repositoryPrograms(LIMIT);
  for (let i = 0; i < COUNT; i++) {
    const program = programs[i % programs.length]!;
    // A seed of its own for each: an edit of one program, or a new one, changes no other's.
    const seed = `${program.name} ${Math.floor(i / programs.length)}`;
    yield { name: program.name, text: damaged(program, randomFrom(hash(seed))) };
  }
}

/** Letters by checksum; a program that was edited since is not among them. */
export function readVerdicts(root: string): Map<string, Verdict> {
  const verdicts = new Map<string, Verdict>();
  const names: Readonly<Record<string, Verdict>> = { s: "syntax", m: "meaning", f: "fine" };
  for (const word of readFileSync(`${root}/${FILE}`, "utf8").split(/\s+/)) {
    if (word !== "") verdicts.set(word.slice(1), names[word[0]!]!);
  }
  return verdicts;
}

/** Ask gcc about all of them; returns how many. */
export function recordVerdicts(cc1: string, directory: string, root = "."): number {
  const words = new Set<string>();
  for (const { text } of damagedPrograms()) {
    words.add(LETTERS[askGcc(cc1, directory, text).verdict] + checksum(text));
  }
  const lines: string[] = [];
  const all = [...words];
  for (let i = 0; i < all.length; i += 10) lines.push(all.slice(i, i + 10).join(" "));
  writeFileSync(`${root}/${FILE}`, `${lines.join("\n")}\n`);
  return words.size;
}

export function checksum(text: string): string {
  return hash(text).toString(36).padStart(7, "0");
}

/** FNV-1a, 32 bits, of the UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
