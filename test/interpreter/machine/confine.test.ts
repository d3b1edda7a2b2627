// What several searches know of confined memory, put together: each lock has a bit of its own there, or none.

import { expect, test } from "vitest";
import { Confinement, type LockHolders } from "../../../interpreter/machine/confine.js";
import type { MemoryMap } from "../../../interpreter/machine/layout.js";

const MEMORY = 0x10000;
/** Stacks lie behind what is touched here. */
const map = { total: 0x40000, stacksStart: 0x30000, arenasStart: 0x38000 } as MemoryMap;

/** A guess of which context `task` has written a word holding each of the locks, from this word on and round again. */
function guessOf(task: number, locks: readonly number[], from = 0): Confinement {
  const guess = new Confinement(map, 1);
  locks.forEach((lock, i) => {
    const holder: LockHolders = { locksOf: (_task, _write, own) => own.lockBit(lock, 0) };
    const address = MEMORY + 4 * ((i + from) % locks.length);
    guess.access(holder, task, address, address + 4, true);
  });
  return guess;
}

/** They meet in this order, twice, so that each knows what all others do; gives the words that are shared then. */
function metWords(...guesses: readonly Confinement[]): number[][] {
  const common = new Uint8Array(guesses[0]!.bytes);
  for (const one of [...guesses, ...guesses]) one.meet(common);
  return guesses.map((one) => one.known().shared.map((granule) => granule - MEMORY / 4));
}

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);

test("what two contexts write with one lock held is confined, with two it is shared", () => {
  const [one, two] = [guessOf(1, [7, 8, 9]), guessOf(2, [7, 5, 9])];
  expect(metWords(one, two)).toEqual([[1], [1]]);
  expect(one.known().locksHold && two.known().locksHold).toBe(true);
});

test("32 locks of several searches have a bit each", () => {
  const [one, two] = [guessOf(1, numbers(0, 16)), guessOf(2, numbers(16, 16))];
  expect(metWords(one, two)).toEqual([numbers(0, 16), numbers(0, 16)]);
  expect(one.known().locksHold && two.known().locksHold).toBe(true);
});

test("of more locks than bits none is taken for another one, and the guess is given up", () => {
  // The second search brings 20 more to 20: for its lock 12 no bit is left, and it must not get that of lock 0, which the
  // first search holds at the same word.
  const one = guessOf(1, numbers(100, 20), 12);
  const two = guessOf(2, numbers(200, 20));
  expect(metWords(one, two)).toEqual([numbers(0, 20), numbers(0, 20)]);
  expect(one.known().locksHold || two.known().locksHold).toBe(false);
  expect(one.known().breaches > 0 && two.known().breaches > 0).toBe(true);
});
