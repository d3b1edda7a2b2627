// Shows the loop each of its operations before it runs in earnest.
//
// V8 optimises what it has seen of a function: a branch that was never taken becomes a way out, and the first time that
// it is taken all is thrown away and, somewhat later, made again. The loop is one very large function, of which most
// programs use a part, each another one; to optimise it takes a fifth of a second, as long as thousands of steps, and a
// review would make it seven times. So each operation is performed a few times first, with operands of all kinds, in
// a memory of its own: that takes a few milliseconds.

import { AddressSpace } from "../ir/program.js";
import { type Code, loop, type Running } from "./loop.js";
import { Memory } from "./memory.js";
import { OPERATION } from "./opcodes.js";

/** Length of all side tables: every word of an instruction is a valid index into each of them. */
const TABLE = 64;
/** Registers in words 1, 2 and 3; words 4 and 5 are targets, too. */
const DST = 24;
const A = 32;
const B = 40;
const NEAR = 8;
const FAR = 40;
const TARGET = 16;
/** Greatest index, where word 7 is one. */
const LIMIT = 1000;
/** Operations that loop() does by itself: those from here on it leaves to step(). */
const FIRST_LEFT = OPERATION["i32.popcnt"];

const FRAME_BYTES = 256;
const CALLER = AddressSpace.First + FRAME_BYTES;
const FRAME = CALLER + FRAME_BYTES;
const CALLEE = FRAME + FRAME_BYTES;
const DATA = CALLEE + FRAME_BYTES;
const SIZE = DATA + FRAME_BYTES;
/** What shadow says of stacks. */
const STACK = 0xf0;

/** V8 takes notes only of a function that has run for a while: times that one operation takes before the others. */
const BEFORE_NOTES = 60;

/** Low and high halves of operands: addresses, shifts, small and large, the same and others. */
const OPERANDS: readonly (readonly [number, number, number, number])[] = [
  [DATA, 0, 5, 0],
  [FRAME, 0, 3, 0],
  [7, 0, 5, 0],
  [-7, -1, 40, 0],
  [-2147483648, 5, -2147483647, 5],
  [2147483647, 2147483647, 2147483646, -2147483648],
  [0, 0, 0, 0],
  [DATA + 1, 0, -1, 0],
];

/** Words 2, 3 and 4: register or none, register or none, a target and amount. */
const WORDS: readonly (readonly [number, number, number])[] = [
  [A, B, NEAR],
  [A, B, FAR],
  [A, B, 0],
  [0, B, NEAR],
  [A, 0, NEAR],
];

class Ground implements Running {
  readonly memory = new Memory(new ArrayBuffer(SIZE));
  readonly shadow = new Uint8Array(SIZE >>> 3).fill(STACK, AddressSpace.First >>> 3, DATA >>> 3);
  readonly memoryEnd = SIZE;
  readonly rodataEnd = AddressSpace.First;
  solo = true;
  nextPc = 0;
  runningFp = FRAME;
  fuelLeft = 0;

  constructor() {
    this.memory.clear();
  }

  stackBottom(): number {
    return AddressSpace.First;
  }

  stackTop(): number {
    return DATA;
  }

  performAll(image: Code, op: number): void {
    OPERANDS.forEach((operands, i) => {
      WORDS.forEach(([a, b, c], j) => {
        // Each of either with the first two of the other.
        if (i > 1 && j > 1) return;
        image.code.set([op, DST, a, b, c, TARGET, op === OPERATION.call ? NEAR : i - 1, LIMIT]);
        this.solo = i !== 2;
        this.perform(image, operands, 1 + (i & 1) * 2, i === 4);
      });
    });
  }

  private perform(
    image: Code,
    [aLow, aHigh, bLow, bHigh]: (typeof OPERANDS)[number],
    budget: number,
    switching: boolean,
  ): void {
    const H = this.memory.i32;
    const w = FRAME >> 2;
    H.fill(0, CALLER >> 2, DATA >> 2);
    H[w] = FRAME_BYTES + 1;
    H[(CALLER >> 2) + 2] = NEAR + 1;
    H[w + DST] = 1;
    H[w + A] = aLow;
    H[w + A + 1] = aHigh;
    H[w + B] = bLow;
    H[w + B + 1] = bHigh;
    this.nextPc = 0;
    this.runningFp = FRAME;
    loop(this, image, budget, null, switching);
  }
}

/**
 * Worth its time where several programs are going to run. Floating point is left out, as kernel code has none: it is a
 * third of what there would be to optimise.
 */
export function primeLoop(): void {
  const ground = new Ground();
  const table = (value: number): Int32Array => new Int32Array(TABLE).fill(value);
  const code = table(FIRST_LEFT);
  const operations = FIRST_LEFT + 1;
  const accessSize = new Uint8Array(operations);
  const accessSigned = new Uint8Array(operations);
  const accessStore = new Uint8Array(operations);
  const floats = new Set<number>();
  for (const [name, op] of Object.entries(OPERATION)) {
    if (/f(32|64)/.test(name)) floats.add(op);
    const access = /^(load|store)\.i(8|16|32|64)(_s)?/.exec(name);
    if (access === null) continue;
    accessSize[op] = Number(access[2]) / 8;
    accessStore[op] = access[1] === "store" ? 1 : 0;
    accessSigned[op] = access[3] === undefined ? 0 : 1;
  }
  const deadStart = table(0).fill(2, NEAR + 1);
  const image: Code = {
    code,
    entries: table(NEAR),
    frameBytes: table(FRAME_BYTES),
    pcOfSite: table(NEAR),
    dead: table(DST),
    deadStart,
    callArgs: table(A),
    localStart: table(NEAR),
    locals: new Uint8Array(TABLE).fill(8),
    localsAt: table(0),
    localsEnd: table(TABLE),
    accessSize,
    accessSigned,
    accessStore,
    tables: table(NEAR),
  };
  for (let i = 0; i < BEFORE_NOTES; i++) ground.performAll(image, 0);
  for (let op = 0; op <= FIRST_LEFT; op++) if (!floats.has(op)) ground.performAll(image, op);
}
