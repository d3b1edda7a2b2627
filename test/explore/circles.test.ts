// The question that the steps of a search are asked: is there a circle without a way to an end?

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CircleWatch } from "../../src/explore/circles.js";

const STATES = 8;

type Graph = { edges: [number, number][]; ends: number[] };

/** Each edge as a visit of its end, by a way that leads through its beginning. */
function watch({ edges, ends }: Graph): CircleWatch {
  const circles = new CircleWatch();
  const hash = (state: number) => Int32Array.of(state * 7919 + 1, state + 1, 3, 4);
  for (const [from, to] of edges) {
    circles.visit(hash(from), 0);
    circles.visit(hash(to), 1);
  }
  for (const state of ends) {
    circles.visit(hash(state), 0);
    circles.end(0);
  }
  return circles;
}

/** The states that some edges lead to from this one. */
function behind(state: number, edges: Graph["edges"]): Set<number> {
  const seen = new Set<number>();
  const left = [state];
  for (let s = left.pop(); s !== undefined; s = left.pop())
    for (const [from, to] of edges) {
      if (from !== s || seen.has(to)) continue;
      seen.add(to);
      left.push(to);
    }
  return seen;
}

function hasCircle({ edges, ends }: Graph): boolean {
  return Array.from({ length: STATES }, (_, s) => s).some((s) => {
    const seen = behind(s, edges);
    return seen.has(s) && !ends.some((end) => seen.has(end));
  });
}

describe("a circle of a search", () => {
  test.each<[string, Graph, boolean]>([
    [
      "is none where runs only branch",
      {
        edges: [
          [0, 1],
          [0, 2],
          [1, 3],
          [2, 3],
        ],
        ends: [],
      },
      false,
    ],
    [
      "counts where nothing leads out of it",
      {
        edges: [
          [0, 1],
          [1, 2],
          [2, 1],
          [0, 3],
        ],
        ends: [3],
      },
      true,
    ],
    [
      "does not count where it leads to an end",
      {
        edges: [
          [0, 1],
          [1, 2],
          [2, 1],
          [2, 3],
        ],
        ends: [3],
      },
      false,
    ],
    [
      "does not count where the run ends with a step from it",
      {
        edges: [
          [0, 1],
          [1, 0],
        ],
        ends: [1],
      },
      false,
    ],
    [
      "counts behind one that can be left",
      {
        edges: [
          [0, 1],
          [1, 0],
          [1, 2],
          [2, 2],
        ],
        ends: [],
      },
      true,
    ],
    [
      "counts although one leads out where all are asleep",
      {
        edges: [
          [0, 1],
          [1, 0],
          [1, 2],
        ],
        ends: [],
      },
      true,
    ],
  ])("%s", (_, graph, expected) => {
    expect(watch(graph).hasCircle()).toBe(expected);
  });

  test("is found as by looking from every state", () => {
    const state = fc.nat(STATES - 1);
    const graph = fc.record({
      edges: fc.array(fc.tuple(state, state), { maxLength: 14 }),
      ends: fc.array(state, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(graph, (one) => watch(one).hasCircle() === hasCircle(one)),
      { numRuns: 2000 },
    );
  });
});
