// Runs programs in worker threads (run-program.mjs), a given number at a time, each with a time limit: a worker whose
// program does not end in time is ended and replaced.
import { Worker } from "node:worker_threads";

/**
 * Calls `job(lane, item)` for all items, which may be made as they are asked for; a lane runs one program at a time:
 * lane.run({ path, engine }) -> answer.
 */
export async function forAll(items, jobs, seconds, job) {
  const source = items[Symbol.iterator]();
  const lanes = Array.from({ length: jobs }, async () => {
    const lane = new Lane(seconds);
    for (let next = source.next(); !next.done; next = source.next()) await job(lane, next.value);
    await lane.end();
  });
  await Promise.all(lanes);
}

class Lane {
  #worker = null;
  #finish = () => {};

  constructor(seconds) {
    this.seconds = seconds;
  }

  async run(request) {
    this.#worker ??= this.#start();
    const answer = await new Promise((done) => {
      const late = { outcome: "timeout", text: `${this.seconds} s`, printed: "" };
      const timer = setTimeout(() => done(late), this.seconds * 1000);
      this.#finish = (answer) => {
        clearTimeout(timer);
        done(answer);
      };
      this.#worker.postMessage(request);
    });
    if (answer.outcome === "timeout" || answer.outcome === "crash") await this.end();
    return answer;
  }

  async end() {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #start() {
    const worker = new Worker(new URL("./run-program.mjs", import.meta.url));
    worker.on("message", (answer) => this.#finish(answer));
    worker.on("error", (error) =>
      this.#finish({ outcome: "crash", text: String(error.stack ?? error), printed: "" }),
    );
    return worker;
  }
}
