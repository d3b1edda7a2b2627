import { expect, test } from "vitest";
import { relevantSteps } from "../../../src/explore/relevance.js";
import { type FigureOptions, figure, shownFrame } from "../../../src/report/figure.js";
import { plain } from "../../../src/report/style.js";
import { frame, step, trace } from "../fixtures/exploration.js";
import { lostUpdate, SOURCE } from "../fixtures/review.js";

const options: FigureOptions = {
  cpus: 2,
  width: 88,
  source: (_file, line) => SOURCE[line] ?? "",
  style: plain,
  detail: "short",
  names: { titleOf: (finding) => finding.kind, idOf: (finding) => finding.kind, frameOf: () => null },
};

test("one column per CPU, lines of C with values, what nobody else can notice left out", () => {
  expect(figure(lostUpdate(), options)).toEqual([
    "        CPU0 (mapper)                           CPU1 (mover)",
    "        -------------                           ------------",
    "        stat_update() demo.c",
    "    41  t = stat;  (= 0)",
    "        ... 2 steps",
    "                                                stat_update() demo.c",
    "    41                                          t = stat;  (= 0)",
    "        *** kcsan:data-race ***",
    "    42  stat = t + 1;  (= 1)",
    "    42                                          stat = t + 1;  (= 1)",
  ]);
});

test("a row stays where its order against another context decided something", () => {
  const at = (line: number) => [frame("f", "a.c", line)];
  const x = { address: 64, size: 8 };
  const store = { ...x, op: "store", written: 1n };
  const t = trace([
    step(1, 0, at(1), { ...x, read: 0n }), // read again below, before anybody writes
    step(1, 0, at(2), { ...x, read: 0n }), // the last look before the other's write
    step(2, 1, at(3), store), // ends what line 2 saw
    step(2, 1, at(4), store), // what line 5 sees
    step(1, 0, at(5), { ...x, read: 1n }),
    step(1, 0, at(6), { ...x, read: 1n }), // sees it too
    step(2, 1, at(7), { address: 128, size: 8 }), // nobody else's bytes
  ]);
  expect(relevantSteps(t)).toEqual([false, true, true, true, true, true, false]);
  const own = trace([step(1, 0, at(1), store), step(1, 0, at(2), { ...x, read: 1n }), step(2, 1, at(3))]);
  expect(relevantSteps(own)).toEqual([false, false, false]);
});

test("the full form keeps every step", () => {
  const lines = figure(lostUpdate(), { ...options, detail: "full" });
  expect(lines.filter((line) => /^ +43 /.test(line))).toHaveLength(2);
  expect(lines.join("\n")).not.toContain("...");
});

test("a load and a store of one place on one line are one change", () => {
  const at = [frame("f", "a.c", 7)];
  const t = trace([
    step(1, 0, at, { address: 64, size: 4, read: 4n }),
    step(1, 0, at, { address: 64, size: 4, op: "store", written: 5n }),
    step(2, 1, at, { address: 64, size: 4, read: 5n }),
  ]);
  const lines = figure(t, { ...options, source: () => "x++;" });
  expect(lines.slice(3, 4)).toEqual(["     7  x++;  (4 -> 5)"]);
});

test("two contexts on one CPU take turns by name", () => {
  const t = trace([
    step(1, 0, [frame("f", "a.c", 7)], { address: 64, read: 0n }),
    step(2, 0, [frame("g", "a.c", 9)], { address: 64, op: "store", written: 1n, preemption: true }),
    step(1, 0, [frame("f", "a.c", 8)], { address: 64, read: 1n }),
  ]);
  const lines = figure(t, { ...options, cpus: 1, source: () => "" });
  expect(lines).toEqual([
    "        CPU0 (mapper, mover)",
    "        --------------------",
    "        -- mapper --",
    "        f() a.c",
    "     7  load stat  (= 0)",
    "        -- mover preempts --",
    "        g() a.c",
    "     9  store stat  (= 1)",
    "        -- mapper --",
    "     8  load stat  (= 1)",
  ]);
});

test("a deadlock ends with who waits where, for what, held by whom", () => {
  const t = trace(
    [
      step(1, 0, [frame("one", "a.c", 3)], { op: "spin_lock", what: "&a", note: "acquired", size: 0 }),
      step(2, 1, [frame("two", "a.c", 9)], { op: "spin_lock", what: "&b", note: "acquired", size: 0 }),
    ],
    {
      end: "deadlock",
      waiting: [
        {
          task: 1,
          taskName: "mapper",
          cpu: 0,
          op: "spin_lock",
          what: "&b",
          holder: 2,
          kept: false,
          spins: false,
          held: [],
          section: -1,
          touches: [],
          stack: [frame("one", "a.c", 4)],
        },
        {
          task: 2,
          taskName: "mover",
          cpu: 1,
          op: "spin_lock",
          what: "&a",
          holder: 1,
          kept: false,
          spins: false,
          held: [],
          section: -1,
          touches: [],
          stack: [frame("two", "a.c", 10)],
        },
      ],
    },
  );
  expect(figure(t, options).slice(-3)).toEqual([
    "        *** DEADLOCK ***",
    "        CPU0 mapper waits in spin_lock(&b) at a.c:4, held by mover",
    "        CPU1 mover waits in spin_lock(&a) at a.c:10, held by mapper",
  ]);
});

test("inline functions of headers give way to the line that calls them", () => {
  const stack = [frame("atomic_inc", "include/linux/atomic.h", 20), frame("page_add", "mm/rmap.c", 100)];
  expect(shownFrame(stack)?.line).toBe(100);
  expect(shownFrame(stack.slice(0, 1))?.line).toBe(20);
  expect(shownFrame([])).toBeNull();
});

test("no line is wider than the terminal", () => {
  const long = { ...options, width: 80, source: () => "x".repeat(300) };
  for (const line of figure(lostUpdate(), long)) expect(line.length).toBeLessThanOrEqual(80);
});
