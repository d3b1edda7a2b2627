// A scenario as the command line names it: a file, or one that comes with smplab by its name.

import { join, resolve } from "node:path";
import { scenarioName, scenariosNamed, shippedScenarios } from "../compile/scenarios.js";
import { Exit, type Io, refuse } from "./io.js";
import { isDirectory, isFile } from "./paths.js";

/** Absolute paths of the files that the word means: a name may mean several. Null: none, which has been said. */
export function scenarioFiles(word: string, packageRoot: string, io: Io): string[] | null {
  const path = resolve(io.cwd, word);
  if (isFile(path)) return [path];
  const shipped = shippedScenarios(packageRoot);
  const named = scenariosNamed(shipped, word);
  if (named.length > 0) return named.map((file) => join(packageRoot, file));
  const what = isDirectory(path)
    ? "it is a directory"
    : "there is no such file, and no scenario of that name comes with smplab";
  refuse(
    io,
    Exit.Usage,
    `cannot read the scenario ${word}: ${what}.`,
    `Give the path of a KUnit file, or one of these names: ${shipped.map(scenarioName).join(", ")}.`,
  );
  return null;
}
