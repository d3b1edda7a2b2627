// Which loads a context may be spinning on: those on a cycle that changes nothing. And which atomics and kernel operations
// it may be trying again and again: those that are all that a cycle does.
//
// Comes in: a program. Goes out: one mark per site. A round of such a cycle reads, computes and comes back; whether it
// really comes back unchanged is seen only when it runs (interpreter/machine/spin.ts), so marking too much costs time
// and marking too little costs states. The condition may be spelt in functions of its own: a load in a function that
// can return without changing anything and is called on such a cycle counts.
//
// A try is marked only where nothing else on the cycle looks at memory: a compare-exchange behind a load of the same place
// gets on whenever it is tried again, and asking would cost time at every step.

import { blocksOnCycles, goesBack } from "./cycles.js";
import { kindsOf, successors } from "./graph.js";
import type { Instr, IrFunction, Program } from "./program.js";
import { Flag } from "./program.js";

const KINDS = kindsOf({
  call: /^call$/,
  kop: /^kop$/,
  load: /^load\./,
  store: /^store\./,
  atomic: /^(rmw\.|cmpxchg)/,
  more: /^(mem|calli$|stack\.|longjmp$|setjmp$)/,
});

/** Kernel operations count as changing nothing here: most that do are visible steps, which end a round anyway. */
function changes(instr: Instr, pure: Uint8Array): boolean {
  switch (KINDS.get(instr.op)) {
    case "call":
      return pure[instr.imm] === 0;
    case "store":
      return (instr.flags & Flag.Private) === 0;
    case "atomic":
    case "more":
      return true;
    default:
      return false;
  }
}

/** Marks of a site. */
export const SPINS = 1;
export const TRIES = 2;

/** SPINS for every load (by site) that may be a spin loop's, TRIES for what is all that a loop tries. */
export function spinningSites(program: Program): Uint8Array {
  const marks = spinningLoads(program);
  markTries(program, marks);
  return marks;
}

function spinningLoads(program: Program): Uint8Array {
  const { functions } = program;
  const pure = pureFunctions(functions);
  const spun = new Uint8Array(functions.length);
  const marks = new Uint8Array(program.sites.length);
  const work: number[] = [];
  const visit = (fn: IrFunction, block: number, pureBlocks: Uint8Array): void => {
    if (pureBlocks[block] === 0) return;
    for (const instr of fn.blocks[block]!) {
      if (instr.op.startsWith("load.") && instr.site >= 0) marks[instr.site] = SPINS;
      else if (instr.op === "call" && spun[instr.imm] === 0) {
        spun[instr.imm] = 1;
        work.push(instr.imm);
      }
    }
  };
  for (const fn of functions) {
    if (!goesBack(fn)) continue;
    const pureBlocks = pureBlocksOf(fn, pure);
    const onCycle = blocksOnCycles(fn, pureBlocks);
    for (let b = 0; b < fn.blocks.length; b++) if (onCycle[b] !== 0) visit(fn, b, pureBlocks);
  }
  while (work.length > 0) {
    const fn = functions[work.pop()!]!;
    const pureBlocks = pureBlocksOf(fn, pure);
    for (let b = 0; b < fn.blocks.length; b++) visit(fn, b, pureBlocks);
  }
  return marks;
}

function pureBlocksOf(fn: IrFunction, pure: Uint8Array): Uint8Array {
  return Uint8Array.from(fn.blocks, (block) => (block.some((instr) => changes(instr, pure)) ? 0 : 1));
}

/**
 * Functions with a way from the call to the return that changes nothing, through other such functions: the largest set of
 * them. What else they do on other ways is seen when they run.
 */
function pureFunctions(functions: readonly IrFunction[]): Uint8Array {
  const pure = new Uint8Array(functions.length).fill(1);
  for (let changed = true; changed; ) {
    changed = false;
    functions.forEach((fn, f) => {
      if (pure[f] === 0 || returns(fn, pureBlocksOf(fn, pure))) return;
      pure[f] = 0;
      changed = true;
    });
  }
  return pure;
}

/** Does a way through allowed blocks lead from the beginning to a return? */
function returns(fn: IrFunction, allowed: Uint8Array): boolean {
  const seen = new Uint8Array(fn.blocks.length);
  const work = [0];
  while (work.length > 0) {
    const b = work.pop()!;
    if (seen[b] !== 0 || allowed[b] === 0) continue;
    seen[b] = 1;
    const next = successors(fn.blocks[b]!);
    if (next.length === 0 && fn.blocks[b]!.at(-1)?.op !== "trap") return true;
    work.push(...next);
  }
  return false;
}

/** What a stretch of code does: nothing that others could see, one try at this site, or more. */
const NOTHING = -1;
const MORE = -2;

function together(a: number, b: number): number {
  if (a === NOTHING) return b;
  return b === NOTHING ? a : MORE;
}

function doingOf({ op, site, dst, flags, imm }: Instr, ofFunctions: Int32Array): number {
  switch (KINDS.get(op)) {
    case "call":
      return ofFunctions[imm]!;
    case "atomic":
      return dst >= 0 ? site : MORE;
    // One without a result has nothing to say to a loop: cpu_relax().
    case "kop":
      return dst >= 0 ? site : NOTHING;
    case "load":
    case "store":
      return (flags & Flag.Private) !== 0 || site < 0 ? NOTHING : MORE;
    case "more":
      return MORE;
    default:
      return NOTHING;
  }
}

function doingOfBlocks(fn: IrFunction, ofFunctions: Int32Array): number[] {
  return fn.blocks.map((block) =>
    block.reduce((doing, instr) => together(doing, doingOf(instr, ofFunctions)), NOTHING),
  );
}

function markTries({ functions }: Program, marks: Uint8Array): void {
  // From nothing up to a fixed point; a function that calls itself around a try does more in the end.
  const ofFunctions = new Int32Array(functions.length).fill(NOTHING);
  for (let changed = true; changed; ) {
    changed = false;
    functions.forEach((fn, f) => {
      if (ofFunctions[f] === MORE) return;
      const doing = doingOfBlocks(fn, ofFunctions).reduce(together, NOTHING);
      if (doing === ofFunctions[f]) return;
      ofFunctions[f] = doing;
      changed = true;
    });
  }
  for (const fn of functions) {
    if (!goesBack(fn)) continue;
    const doing = doingOfBlocks(fn, ofFunctions);
    doing.forEach((site, b) => {
      if (site < 0) return;
      const allowed = Uint8Array.from(doing, (other, i) => (i === b || other === NOTHING ? 1 : 0));
      if (blocksOnCycles(fn, allowed)[b] !== 0) marks[site] = TRIES;
    });
  }
}
