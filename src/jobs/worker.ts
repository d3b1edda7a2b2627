// A worker thread of the pool: performs one exploration after the other and says how it gets on.

import { parentPort, workerData } from "node:worker_threads";
import type { Program } from "../../interpreter/api.js";
import { shippedKernel } from "../compile/kernel.js";
import { type FromWorker, runJob, type ToWorker } from "./explorer.js";

const flag = new Int32Array((workerData as { flag: SharedArrayBuffer }).flag);
const kernel = shippedKernel();
const programs = new Map<number, Program>();

function say(message: FromWorker): void {
  parentPort!.postMessage(message);
}

parentPort!.on("message", ({ program, programId, job }: ToWorker) => {
  if (program !== undefined) programs.set(programId, program);
  try {
    const exploration = runJob(
      { ...job, program: programs.get(programId)! },
      kernel,
      () => Atomics.load(flag, 0) !== 0,
      (progress) => say({ kind: "progress", progress }),
    );
    say({ kind: "done", exploration });
  } catch (error) {
    const { message, stack } = error as Error;
    say({ kind: "failed", message, stack: stack ?? message });
  }
});
