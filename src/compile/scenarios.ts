// Which scenarios a patch is reviewed with: of those that come with smplab, the ones that include a file which
// the patch touches, be it directly or through other files. Conditions around an #include are not looked at: a
// scenario too many costs seconds, one too few costs the verdict.

import { readdirSync } from "node:fs";
import { join, posix } from "node:path";
import type { PreprocessHost } from "../../interpreter/api.js";
import { INCLUDE_PATHS } from "./files.js";

/** The scenario files that come with smplab, as names below the package. */
export function shippedScenarios(packageRoot: string): string[] {
  const names: string[] = [];
  const walk = (folder: string): void => {
    for (const item of readdirSync(join(packageRoot, folder), { withFileTypes: true })) {
      const name = `${folder}/${item.name}`;
      if (item.isDirectory() && item.name !== "include") walk(name);
      else if (item.isFile() && item.name.endsWith(".c")) names.push(name);
    }
  };
  walk("kernel/scenarios");
  return names.sort();
}

const FOLDER = "kernel/scenarios/";

/** What a shipped scenario is called by people: "memcg/map_unmap". */
export function scenarioName(file: string): string {
  return file.slice(FOLDER.length, -".c".length);
}

/** Those of `scenarios` that a word means: "memcg/map_unmap", "map_unmap", with or without ".c", or all in "memcg". */
export function scenariosNamed(scenarios: readonly string[], word: string): string[] {
  const wanted = word
    .replace(/^(\.\/)?kernel\/scenarios\//, "")
    .replace(/\/$/, "")
    .replace(/\.c$/, "");
  const named = scenarios.filter((file) => {
    const name = scenarioName(file);
    return name === wanted || name.endsWith(`/${wanted}`);
  });
  return named.length > 0 ? named : scenarios.filter((file) => scenarioName(file).startsWith(`${wanted}/`));
}

/** Those of `scenarios` that read one of `paths`. */
export function scenariosFor(
  scenarios: readonly string[],
  paths: readonly string[],
  host: PreprocessHost,
): string[] {
  const touched = new Set(paths);
  const includes = new Map<string, string[]>();
  return scenarios.filter((scenario) => reaches(scenario, touched, host, includes));
}

function reaches(
  from: string,
  wanted: ReadonlySet<string>,
  host: PreprocessHost,
  includes: Map<string, string[]>,
): boolean {
  const seen = new Set([from]);
  const todo = [from];
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (wanted.has(file)) return true;
    for (const next of includesOf(file, host, includes)) {
      if (seen.has(next)) continue;
      seen.add(next);
      todo.push(next);
    }
  }
  return false;
}

function includesOf(file: string, host: PreprocessHost, known: Map<string, string[]>): string[] {
  const before = known.get(file);
  if (before !== undefined) return before;
  const found: string[] = [];
  for (const match of (host.readFile(file) ?? "").matchAll(
    /^[ \t]*#[ \t]*include[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm,
  )) {
    const [, quoted, angled] = match;
    const beside = quoted === undefined ? [] : [posix.join(posix.dirname(file), quoted)];
    const name = quoted ?? angled!;
    const candidates = [...beside, ...INCLUDE_PATHS.map((path) => posix.join(path, name))];
    const first = candidates.find((candidate) => host.readFile(candidate) !== null);
    if (first !== undefined) found.push(first);
  }
  known.set(file, found);
  return found;
}
