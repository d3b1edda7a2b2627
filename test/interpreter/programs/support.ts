// Runs one file as an ordinary program, the way `smplab run` prepares it, in one go.

import { dirname, resolve } from "node:path";
import { type Finding, Machine } from "../../../interpreter/api.js";
import { compiler } from "../../../src/compile/compile.js";
import { SourceFiles, virtualName } from "../../../src/compile/files.js";
import { shippedKernel } from "../../../src/compile/kernel.js";
import { prepareFile } from "../../../src/compile/prepare.js";
import { engineConfig } from "../../../src/explore/engine.js";
import { diskTree } from "../../../src/front/disk-tree.js";
import { loadParser } from "../../../src/parser/load.js";

const root = resolve(import.meta.dirname, "../../..");
const { port } = await loadParser();
const compile = compiler(port);
const kernel = shippedKernel();

export interface HostedRun {
  /** How it ended, in the machine's words. */
  readonly end: string;
  readonly endText: string;
  readonly printed: string;
  /** What main() returned or exit() was given. */
  readonly status: number;
  readonly titles: string[];
  /** How many warnings the compiler gave. */
  readonly warnings: number;
  readonly findings: readonly Finding[];
  /** The line of the C that a finding points at. */
  lineOf(finding: Finding): number;
}

export function runHosted(path: string, engine: "vm" | "wasm" = "vm"): HostedRun {
  const files = new SourceFiles(diskTree(resolve(root, "kernel/tree")), root, dirname(path));
  const prepared = prepareFile(virtualName(path, root), files, compile, {});
  if (!prepared.ok) throw new Error(prepared.text);
  const { program, entry, config } = prepared.cases[0]!;
  // Compiled at once: these programs are too short to be worth it.
  const engines = engine === "vm" ? {} : { ...engineConfig(engine), patience: 0 };
  const machine = new Machine(program, kernel.objects, kernel.rules, { ...config, ...engines });
  let printed = "";
  machine.onPrint = (text) => {
    printed += text;
  };
  machine.begin(entry);
  const status = machine.observed().find(({ name }) => name === "main")?.value ?? 0n;
  return {
    end: machine.end ?? "waiting",
    endText: machine.endText,
    printed,
    status: Number(status),
    titles: machine.findings.map((finding) => kernel.title(finding, machine)),
    warnings: prepared.warnings.all.filter(({ severity }) => severity === "warning").length,
    findings: machine.findings,
    lineOf: (finding) => program.locs[program.sites[finding.site]!.loc]!.line,
  };
}
