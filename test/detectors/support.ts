// What smplab says of one program of programs/: its findings, each with the report that a user would see.

import { relative, resolve } from "node:path";
import { compiler } from "../../src/compile/compile.js";
import { SourceFiles, virtualName } from "../../src/compile/files.js";
import { namesIn, shippedKernel } from "../../src/compile/kernel.js";
import { prepareFile } from "../../src/compile/prepare.js";
import { engineConfig } from "../../src/explore/engine.js";
import { type ExploreOptions, explore, type Kernel } from "../../src/explore/explore.js";
import { replay } from "../../src/explore/replay.js";
import type { Exploration } from "../../src/explore/result.js";
import { diskTree } from "../../src/front/disk-tree.js";
import { packageRoot, shippedTree } from "../../src/front/shipped.js";
import { splat } from "../../src/report/splat.js";
import { port } from "../support/compile-c.js";

export const PROGRAMS = resolve(packageRoot(), "test/detectors/programs");

const shipped = shippedKernel();
const compile = compiler(port);

export interface Said {
  exploration: Exploration;
  /** By title: the splat, without its first line. */
  splats: Map<string, string>;
}

/** The kernel without one of its rules. */
export function without(rule: string): Kernel {
  return { ...shipped, rules: shipped.rules.filter(({ name }) => name !== rule) };
}

/** Explores the program; every finding is replayed, on the same engine, and printed. */
export function findingsOf(
  file: string,
  options: Partial<ExploreOptions> = {},
  engine: "vm" | "wasm" = "vm",
  kernel: Kernel = shipped,
): Said {
  const root = packageRoot();
  const files = new SourceFiles(diskTree(shippedTree()), root, root);
  const path = resolve(PROGRAMS, file);
  const prepared = prepareFile(virtualName(path, root), files, compile, {});
  if (!prepared.ok) throw new Error(`${relative(root, path)}: ${prepared.text}`);
  const [one] = prepared.cases;
  const { program, entry } = one!;
  // Compiled at once: these programs are too short to be worth it.
  const config = { ...one!.config, ...engineConfig(engine), patience: 0 };
  const exploration = explore(program, entry, kernel, { machine: config, ...options });
  const names = namesIn(program);
  const splats = new Map<string, string>();
  for (const { title, finding, witness } of exploration.findings) {
    const trace = replay(program, entry, kernel, config, witness);
    if (trace.stray >= 0) throw new Error(`${file}: the witness of "${title}" strays at ${trace.stray}`);
    const lines = splat(title, finding, trace, { version: "0", config, names, length: witness.length });
    splats.set(title, `${lines.slice(1).join("\n")}\n`);
  }
  return { exploration, splats };
}
