// A worker thread of the pool: performs one exploration after the other and says how it gets on.

import { parentPort, workerData } from "node:worker_threads";
import type { Program } from "../../interpreter/api.js";
import { shippedKernel } from "../compile/kernel.js";
import { type FromWorker, runJob, runShorten, type ToWorker } from "./explorer.js";

const flag = new Int32Array((workerData as { flag: SharedArrayBuffer }).flag);
const kernel = shippedKernel();
const programs = new Map<number, Program>();

function say(message: FromWorker): void {
  parentPort!.postMessage(message);
}

parentPort!.on("message", ({ program, programId, job }: ToWorker) => {
  if (program !== undefined) programs.set(programId, program);
  try {
    const whole = { ...job, program: programs.get(programId)! };
    const stopped = () => Atomics.load(flag, 0) !== 0;
    const result =
      job.shorten === undefined
        ? runJob(whole, kernel, stopped, (progress) => say({ kind: "progress", progress }))
        : runShorten(whole, job.shorten, kernel, stopped);
    say({ kind: "done", result });
  } catch (error) {
    const { message, stack } = error as Error;
    say({ kind: "failed", message, stack: stack ?? message });
  }
});
