// A worker that compiles and runs ordinary programs (main) one after the other, for the conformance scripts: takes
// { path, engine }, answers { outcome, text, printed }.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parentPort } from "node:worker_threads";
import { Machine } from "../dist/interpreter/api.js";
import { compiler } from "../dist/src/compile/compile.js";
import { SourceFiles, virtualName } from "../dist/src/compile/files.js";
import { shippedKernel } from "../dist/src/compile/kernel.js";
import { prepareFile } from "../dist/src/compile/prepare.js";
import { diskTree } from "../dist/src/front/disk-tree.js";
import { loadParser } from "../dist/src/parser/load.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { port } = await loadParser();
const compile = compiler(port);
const kernel = shippedKernel();

/** Enough for programs that mean to run for long; what does not end is the caller's business. */
const STEPS = 2_000_000_000;

/** The program that was compiled last: the next request may ask for it on the other engine. */
let last = { path: "", prepared: null };

function prepare(path) {
  if (last.path !== path) {
    const files = new SourceFiles(diskTree(join(root, "kernel/tree")), root, dirname(path));
    last = { path, prepared: prepareFile(virtualName(path, root), files, compile, {}) };
  }
  return last.prepared;
}

export function runProgram(path, engine) {
  const prepared = prepare(path);
  if (!prepared.ok) return { outcome: "rejected", text: prepared.text, printed: "" };
  const [{ program, entry, config }] = prepared.cases;
  const machine = new Machine(program, kernel.objects, kernel.rules, {
    ...config,
    ...(engine ? { engine, wasm: WebAssembly } : {}),
    soloSteps: STEPS,
  });
  let printed = "";
  machine.onPrint = (text) => {
    printed += text;
  };
  machine.begin(entry);
  if (machine.end !== "finished") {
    const said = machine.findings.map((finding) => `${kernel.title(finding, machine)} ${finding.text}`);
    return { outcome: machine.end ?? "waiting", text: [machine.endText, ...said].join(" "), printed };
  }
  const status = machine.observed().find(({ name }) => name === "main")?.value ?? 0n;
  if (status !== 0n) return { outcome: "status", text: `exit value ${status}`, printed };
  const notes = machine.findings.map((finding) => kernel.title(finding, machine));
  return { outcome: "passed", text: notes.join("; "), printed };
}

parentPort?.on("message", ({ path, engine }) => {
  try {
    parentPort.postMessage(runProgram(path, engine));
  } catch (error) {
    parentPort.postMessage({ outcome: "internal", text: String(error.stack ?? error), printed: "" });
  }
});
