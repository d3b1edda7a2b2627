// A worker thread of the pool: performs one exploration after the other and says how it gets on, or helps another worker
// with its own.

import {
  MessageChannel,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from "node:worker_threads";
import { type Program, ProgramReceiver, primeLoop } from "../../interpreter/api.js";
import { shippedKernel } from "../compile/kernel.js";
import type { Helpers, Part } from "../explore/team.js";
import { clock, type FromWorker, helpWithJob, type Job, perform, type ToWorker, take } from "./explorer.js";

const flag = new Int32Array((workerData as { flag: SharedArrayBuffer }).flag);
const stopped = (): boolean => Atomics.load(flag, 0) !== 0;
const kernel = shippedKernel();
const programs = new Map<number, Program>();
const receiver = new ProgramReceiver();

function say(message: FromWorker, ports: readonly MessagePort[] = []): void {
  parentPort!.postMessage(message, ports);
}

/** Helpers of one job: each has the other end of one of the ports. */
function invited(most: number): { helpers: Helpers; close(): void } {
  let ports: MessagePort[] = [];
  const close = (): void => {
    for (const port of ports) port.close();
    ports = [];
  };
  return {
    close,
    helpers: {
      welcome: (board) => {
        close();
        const channels = Array.from({ length: most }, () => new MessageChannel());
        ports = channels.map(({ port1 }) => port1);
        const theirs = channels.map(({ port2 }) => port2);
        say({ kind: "welcome", board, ports: theirs }, theirs);
      },
      parts: (count) => {
        const parts: Part[] = [];
        for (const port of ports) {
          const received = receiveMessageOnPort(port) as { message: Part } | undefined;
          if (received !== undefined) parts.push(received.message);
        }
        if (parts.length < count) throw new Error(`${count} helpers left, ${parts.length} handed over`);
        return parts;
      },
    },
  };
}

function doJob(job: Job, most: number): void {
  const company = most > 0 ? invited(most) : null;
  try {
    const tell = (progress: Extract<FromWorker, { kind: "progress" }>["progress"]) =>
      say({ kind: "progress", progress });
    const began = clock();
    const result = perform(job, kernel, stopped, tell, company?.helpers);
    say({ kind: "done", result, seconds: clock() - began });
  } catch (error) {
    const { message, stack } = error as Error;
    say({ kind: "failed", message, stack: stack ?? message });
  } finally {
    company?.close();
  }
}

parentPort!.on("message", (message: ToWorker) => {
  const { program, programId } = message;
  if (program !== undefined) {
    programs.set(programId, receiver.program(program));
    // With the second one there will be more.
    if (programs.size === 2) primeLoop();
  }
  const job = { ...message.job, program: programs.get(programId)! };
  if (message.kind === "explore") {
    if (take(message.claim)) doJob(job, message.helpers);
    return;
  }
  helpWithJob(job, kernel, stopped, message.board, (part) => message.port.postMessage(part));
  message.port.close();
  say({ kind: "helped" });
});
