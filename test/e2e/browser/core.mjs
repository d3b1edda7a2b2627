// The core from end to end on what it is handed: loaded as it is by Node and by a page in a browser. Everything given
// and returned is plain data, so that the two can be compared.
import { check, lower, parse, preprocess } from "../../../dist/interpreter/api.js";
import { kernelOpNames, objects, rules, title } from "../../../dist/kernel/api.js";
import { applyPatch, memoryTree, printDiffText, readMail, unpack } from "../../../dist/patches/api.js";
import { engineConfig } from "../../../dist/src/explore/engine.js";
import { explore } from "../../../dist/src/explore/explore.js";
import { createWasmParser } from "../../../dist/src/parser/wasm.js";

/** The first mail of an input, applied: the bytes of each file, every repair, the printed diff. */
export async function applied(input, files) {
  const bytes = await unpack(new Uint8Array(input));
  const { mails, problems } = readMail(bytes);
  const result = applyPatch(mails[0], memoryTree(files));
  return {
    problems: [...problems, ...(result.ok ? result.warnings : result.problems)],
    files: result.changes.map((change) => [change.path, [...(change.after ?? [])]]),
    repairs: result.report.map((hunk) => hunk.repairs),
    diff: printDiffText(result.changes),
  };
}

/** A program whose tasks main() starts, explored to the end: every outcome, and how far the search went. */
export async function explored(path, read, wasm, engine) {
  const port = await createWasmParser(wasm);
  const pre = preprocess(
    { path, text: read(path) },
    { readFile: read },
    {
      includePaths: ["kernel/tree/include", "kernel/include"],
      forceIncludes: ["linux/kconfig.h"],
      defines: {},
    },
  );
  const { unit } = parse(pre.tokens, port, pre.diagnostics);
  const checked = check(unit, { tokens: pre.tokens, sink: pre.diagnostics });
  const { program } = lower(checked.program, {
    kernelOps: kernelOpNames(),
    files: pre.files,
    sink: pre.diagnostics,
  });
  const kernel = {
    objects: objects(),
    rules: rules(),
    title: (finding, machine) => title(finding, (site) => machine.functionName(site)),
  };
  const result = explore(program, { function: "main", args: [] }, kernel, {
    machine: { cpus: 2, preempt: "full", rcu: "preempt", ...engineConfig(engine) },
    search: "states",
  });
  return {
    errors: pre.diagnostics.errorCount,
    complete: result.complete,
    states: result.stats.states,
    transitions: result.stats.transitions,
    outcomes: result.outcomes.map((outcome) => outcome.key),
    findings: result.findings.map((finding) => finding.title),
  };
}
