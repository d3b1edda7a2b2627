// The example scenarios that come with smplab, by their names: each is found and explained.

import { expect, test } from "vitest";
import { expectRefused, FOUNDING, smplab } from "./program.js";

/** A report in one line of blanks: sentences are wrapped. */
const flat = (text: string): string => text.replace(/\s+/g, " ");

test.each([
  [
    "examples/abba",
    ["INFO: task hung in there", "possible deadlock in back"],
    "CPU0 waits in mutex_lock(&b) at abba.c:18 for CPU1 and holds the lock of 'mutex_lock(&a)' (:17)",
  ],
  [
    "synchronize_in_reader",
    [
      "BUG: sleeping function called from invalid context in set_config",
      "INFO: rcu detected stall in set_config",
      "INFO: task hung in set_config",
      "WARNING: suspicious RCU usage in set_config",
    ],
    "a grace period ends when the readers of its beginning have left, and CPU0 is one of them, since 'rcu_read_lock()'",
  ],
  [
    "lost_update.c",
    ["EXPECTATION FAILED: counter == 2 in two_counts", "KCSAN: data-race in count / count"],
    "CPU1 read counter (= 0) at lost_update.c:14 before CPU0 wrote it (= 1) at :14; neither holds a lock there",
  ],
])("%s", (name, titles, because) => {
  const said = smplab(["run", name]);
  expect(said.code).toBe(1);
  const found = [...said.out.matchAll(/^(.*) \(examples\.\w+\)$/gm)].map(([, title]) => title);
  expect(found).toEqual(titles);
  expect(flat(said.out)).toContain(because);
});

test("a spinning task that nobody lets go is named with the way there", () => {
  const said = smplab(["run", "test/e2e/programs/goes-round.c"]);
  const text = flat(said.out);
  expect(text).toContain("watchdog: BUG: soft lockup - CPU#1 stuck for 22s, in fact for ever! [cpu1:102]");
  expect(text).toContain("CPU1 goes round with mutex_trylock(&lock) at goes-round.c:21");
  expect(text).toContain("from here no schedule leads to an end of the run");
  const [, token] = /smplab replay (v1:[\w-]+)/.exec(said.out.slice(said.out.indexOf("goes round with")))!;
  expect(flat(smplab(["replay", token!]).out)).toContain("end cut: the run goes round for ever");
});

test("review takes scenarios by name, one or a folder of them", () => {
  const said = smplab(["review", FOUNDING, "--scenario", "memcg/map_unmap", "--exit-zero", "--json"]);
  const names = (JSON.parse(said.out) as { reviews: { cases: { name: string }[] }[] }).reviews.flatMap(
    ({ cases }) => cases.map(({ name }) => name.split(".")[0]),
  );
  expect(new Set(names)).toEqual(new Set(["map_unmap"]));
  expectRefused(smplab(["review", FOUNDING, "--scenario", "map_umap"]), 2, "map_umap", "memcg/map_unmap");
});
