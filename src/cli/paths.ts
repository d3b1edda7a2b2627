// Paths as tokens carry them: files of the package by their place in it, so that a token means the same in every
// working directory; the user's own as absolute paths.

import { existsSync, statSync } from "node:fs";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Path } from "../report/token.js";

export function tokenPath(path: string, packageRoot: string, cwd: string): Path {
  if (path === "-") return { shipped: false, path };
  const absolute = resolve(cwd, path);
  const inside = relative(packageRoot, absolute).split(sep).join("/");
  const shipped = /^(kernel|patches)\//.test(inside);
  return { shipped, path: shipped ? inside : absolute };
}

export function pathOfToken({ shipped, path }: Path, packageRoot: string): string {
  return shipped && !isAbsolute(path) ? join(packageRoot, path) : path;
}

export function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
