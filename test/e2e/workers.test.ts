// Worker threads that share a search, early and often, and what becomes of it when one of them fails: the search fails,
// says that it was ours, and nobody waits for ever.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Program } from "../../interpreter/api.js";
import { packageRoot } from "../../src/front/shipped.js";
import type * as explorers from "../../src/jobs/explorer.js";
import type { Job, WorkerWish } from "../../src/jobs/explorer.js";

const built = (path: string): string => pathToFileURL(join(packageRoot(), "dist", path)).href;

type Compile = (name: string, defines: Record<string, number>) => Program;
let pooledExplorer: typeof explorers.pooledExplorer;
let compile: Compile;
const scripts = mkdtempSync(join(tmpdir(), "smplab-workers-"));

beforeAll(async () => {
  ({ pooledExplorer } = (await import(built("src/jobs/explorer.js"))) as typeof explorers);
  const search = pathToFileURL(join(packageRoot(), "bench", "search-program.mjs")).href;
  ({ compile } = (await import(search)) as { compile: Compile });
}, 60_000);

afterAll(() => rmSync(scripts, { recursive: true, force: true }));

/**
 * A worker that does this when it is about to help, or with `looks` when it has come upon that many known states. With
 * `load` when it has looked so often at what is shared: a search by traces knows no states.
 */
function worker(act: string, looks = 0, what: "and" | "load" = "and"): WorkerWish {
  const script = join(scripts, `${what}-${looks}-${act.length}.mjs`);
  // Word 2 of what the threads have in common counts the helpers that are ready.
  const text = `
    const { add, ${what}: counted } = Atomics;
    let left = 0;
    const act = () => { ${act} };
    Atomics.add = (array, index, ...rest) => {
      if (array.length === 16 && index === 2) {
        left = ${looks};
        if (left === 0) act();
      }
      return add(array, index, ...rest);
    };
    Atomics.${what} = (...args) => {
      if (left > 0 && --left === 0) act();
      return counted(...args);
    };
    await import(${JSON.stringify(built("src/jobs/worker.js"))});`;
  writeFileSync(script, text);
  return { script: pathToFileURL(script) };
}

function job(program: Program, more: Partial<Job> = {}): Job {
  return {
    program,
    entry: { function: "main", args: [] },
    config: { cpus: 12, preempt: "full", rcu: "preempt" },
    seconds: 60,
    search: { mode: "states" },
    shortestLater: true,
    label: "test",
    ...more,
  };
}

async function search(threads: number, wanted: Job, wish: WorkerWish = {}) {
  const explorer = pooledExplorer(threads, () => {}, wish);
  try {
    const { complete, outcomes, findings, stats } = await explorer.explore(wanted);
    expect(stats.seconds).toBeGreaterThan(0);
    // Steps are counted for progress and speed only: which of two tasks that are alike takes one is an accident.
    const counted = { states: stats.states, ends: stats.ends };
    return { complete, outcomes, findings, counted };
  } finally {
    await explorer.close();
  }
}

test.each([
  ["lastzero", { N: 7 }],
  ["racy", { N: 4, M: 3 }],
] as const)(
  "%s: four threads that take over early find what one finds",
  { timeout: 120_000 },
  async (name, defines) => {
    const program = compile(name, defines);
    const one = await search(1, job(program));
    expect(one.complete).toBe(true);
    expect(one.counted.states).toBeGreaterThan(5000);
    for (const alone of [1024, 4096]) expect(await search(4, job(program, { alone }))).toEqual(one);
  },
);

test.each([
  ["lastzero", { N: 9 }, 1536],
  // Most leaves are single runs: one thread begins again.
  ["lastzero", { N: 12 }, 15_360],
  ["racy", { N: 3, M: 2 }, 7134],
  ["fib", { N: 3 }, 1698],
  ["ticket", { N: 6 }, 720],
  ["indexer", { N: 13 }, 64],
  ["msqueue", { N: 2 }, 100],
] as const)(
  "%s by traces: four threads that take over early explore what one explores",
  { timeout: 120_000 },
  async (name, defines, executions) => {
    const wanted: Partial<Job> = {
      search: { mode: "traces" },
      config: { cpus: 20, preempt: "full", rcu: "preempt" },
    };
    const program = compile(name, defines);
    const one = await search(1, job(program, wanted));
    expect(one).toMatchObject({ complete: true, counted: { states: executions, ends: executions } });
    for (const alone of [1, 1024]) {
      // Who is new looks for a while before anybody helps; the same again, and somebody is there from the beginning.
      const explorer = pooledExplorer(4, () => {}, { early: 4 });
      for (let round = 0; round < 3; round++) {
        const { complete, outcomes, findings, stats } = await explorer.explore(
          job(program, { ...wanted, alone }),
        );
        const counted = { states: stats.states, ends: stats.ends };
        expect({ complete, outcomes, findings, counted }).toEqual(one);
      }
      await explorer.close();
    }
  },
);

test("a helper that is lost before it begins is not missed", { timeout: 60_000 }, async () => {
  const program = compile("lastzero", { N: 6 });
  const one = await search(1, job(program));
  expect(await search(2, job(program, { alone: 1024 }), worker("process.exit(3);"))).toEqual(one);
});

// Long enough that a helper has joined before it is over.
const LONG = { N: 9 };

test.each([
  ["is lost in the middle", "process.exit(3);", /a thread that helped with the search was lost/],
  ["throws in the middle", 'throw new Error("on purpose");', /on purpose/],
] as const)(
  "a helper that %s ends the search with an error",
  { timeout: 60_000 },
  async (_, act, message) => {
    const wanted = job(compile("lastzero", LONG), { alone: 1024 });
    await expect(search(2, wanted, worker(act, 100))).rejects.toThrow(message);
    const byTraces = job(compile("racy", { N: 3, M: 3 }), { alone: 1024, search: { mode: "traces" } });
    await expect(search(2, byTraces, worker(act, 5000, "load"))).rejects.toThrow(message);
  },
);

test("short searches are left to one thread, and none waits for a long one", {
  timeout: 60_000,
}, async () => {
  const threads = join(scripts, "threads");
  const script = join(scripts, "counted.mjs");
  const text = `import { appendFileSync } from "node:fs";
    appendFileSync(${JSON.stringify(threads)}, "x");
    await import(${JSON.stringify(built("src/jobs/worker.js"))});`;
  writeFileSync(script, text);
  writeFileSync(threads, "");
  const explorer = pooledExplorer(2, () => {}, { script: pathToFileURL(script) });
  const short = compile("racy", { N: 2, M: 1 });
  await Promise.all(Array.from({ length: 10 }, () => explorer.explore(job(short))));
  expect(readFileSync(threads, "utf8")).toBe("x");
  const order: string[] = [];
  await Promise.all(
    [compile("lastzero", LONG), short].map(async (program, i) => {
      await explorer.explore(job(program, { alone: 1024 }));
      order.push(["long", "short"][i]!);
    }),
  );
  expect(order).toEqual(["short", "long"]);
  expect(readFileSync(threads, "utf8")).toBe("xx");
  await explorer.close();
});

test("a worker without memory is an error, for each search that it had", { timeout: 60_000 }, async () => {
  const explorer = pooledExplorer(1, () => {}, { resourceLimits: { maxOldGenerationSizeMb: 4 } });
  const program = compile("racy", { N: 2, M: 2 });
  const results = await Promise.allSettled([1, 2, 3].map(() => explorer.explore(job(program))));
  for (const result of results) {
    expect(result.status).toBe("rejected");
    expect(String((result as PromiseRejectedResult).reason)).toMatch(/out of memory/);
  }
  await explorer.close();
});

test("what was sent ahead to a worker with a long search is done by another", {
  timeout: 60_000,
}, async () => {
  const explorer = pooledExplorer(2, () => {}, { early: 2 });
  const ended: string[] = [];
  const explore = async (label: string, wanted: Job): Promise<void> => {
    expect((await explorer.explore({ ...wanted, label })).complete).toBe(true);
    ended.push(label);
  };
  const long = explore("long", job(compile("lastzero", LONG), { alone: 1e9 }));
  const short = job(compile("racy", { N: 2, M: 2 }));
  const names = ["a", "b", "c", "d", "e"];
  await Promise.all([long, ...names.map((name) => explore(name, short))]);
  expect([...ended].sort()).toEqual([...names, "long"]);
  expect(ended.at(-1)).toBe("long");
  await explorer.close();
});

test("what was sent ahead to a worker that is lost is done by another", { timeout: 60_000 }, async () => {
  const script = join(scripts, "lost.mjs");
  // The first thread ends when it has sent its first result, the second one goes on.
  const text = `
    import { parentPort } from "node:worker_threads";
    import { existsSync, writeFileSync } from "node:fs";
    const post = parentPort.postMessage.bind(parentPort);
    parentPort.postMessage = (message, ports) => {
      post(message, ports);
      if (message.kind !== "done" || existsSync(${JSON.stringify(`${script}.lost`)})) return;
      writeFileSync(${JSON.stringify(`${script}.lost`)}, "");
      process.exit(3);
    };
    await import(${JSON.stringify(built("src/jobs/worker.js"))});`;
  writeFileSync(script, text);
  const explorer = pooledExplorer(1, () => {}, { script: pathToFileURL(script) });
  const wanted = job(compile("racy", { N: 2, M: 2 }));
  const results = await Promise.allSettled([1, 2, 3].map(() => explorer.explore(wanted)));
  // Which of the first two it had in hand when it was lost depends on when its result was read.
  expect(results.filter(({ status }) => status === "rejected").length).toBeLessThan(2);
  expect(results.at(-1)!.status).toBe("fulfilled");
  await explorer.close();
});
