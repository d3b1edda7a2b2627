// Both engines on kernel code: scenarios of the shipped kernel and the detectors' programs, in schedules by chance.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compiler } from "../../../src/compile/compile.js";
import { SourceFiles, virtualName } from "../../../src/compile/files.js";
import { shippedKernel } from "../../../src/compile/kernel.js";
import { prepareFile } from "../../../src/compile/prepare.js";
import { diskTree } from "../../../src/front/disk-tree.js";
import { agree } from "../../support/agree.js";
import { port } from "../../support/compile-c.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const compile = compiler(port);
const kernel = shippedKernel();

function prepared(path: string) {
  const absolute = join(root, path);
  const files = new SourceFiles(diskTree(join(root, "kernel/tree")), root, dirname(absolute));
  const result = prepareFile(virtualName(absolute, root), files, compile, {});
  if (!result.ok) throw new Error(result.text);
  return result.cases;
}

/** Numbers from a seed (the generator of C's standard). */
function chance(seed: number): (count: number) => number {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % count;
  };
}

/** Every second one. */
const detectors = readdirSync(join(root, "test/detectors/programs"))
  .filter((name) => name.endsWith(".c"))
  .filter((_, i) => i % 2 === 0)
  .map((name) => `test/detectors/programs/${name}`);

describe("engines agree on", () => {
  for (const path of [
    "kernel/scenarios/memcg/map_task_move.c",
    "kernel/scenarios/memcg/two_rmdirs.c",
    "kernel/scenarios/memcg/reader_preempted.c",
  ]) {
    it(path, () => {
      let steps = 0;
      for (const { program, entry, config } of prepared(path)) {
        for (const seed of [1, 2]) {
          const options = { entry, detour: seed === 2, maxSteps: 250 };
          steps += agree(program, kernel, config, chance(seed), options).steps;
        }
      }
      expect(steps).toBeGreaterThan(300);
    });
  }

  it("the programs of the detectors", () => {
    const ends = new Set<string | null>();
    for (const path of detectors) {
      for (const { program, entry, config } of prepared(path)) {
        ends.add(agree(program, kernel, config, chance(7), { entry, maxSteps: 120 }).end);
      }
    }
    expect(ends).toContain("finished");
    expect(ends).toContain("fatal");
    expect(ends).toContain("deadlock");
  }, 120_000);
});
