// From the draft of a function to its final form: small, registers compacted, slots placed, sites numbered.
//
// In a draft an instruction's `site` is an index into the caller's list of texts (what the operation touches), and
// the imm of addr.label an index into its list of labels; here both become what the program's definition says.
// The order of the passes matters: ownership is judged while every value still has a register of its own, slots
// are placed when the number of registers is known, dead sets are made when nothing is renamed any more.

import { compactRegisters } from "./allocate.js";
import { forEachDeadSet } from "./liveness.js";
import { markPrivate, type Ownership } from "./private.js";
import { Frame, type Instr, type IrFunction, type Site, type Slot } from "./program.js";
import { removeSureChecks } from "./ranges.js";
import { cleanGraph, simplify } from "./simplify.js";
import { checkUninitialised, type Undefined } from "./uninitialised.js";
import { watchLocals } from "./unset-locals.js";

export interface Draft extends Ownership, Undefined {
  /** Block of each label; on return its final block, or -1 where nothing can jump to it. */
  readonly labels: number[];
  /** Draft sites at which pointers are read or written. */
  readonly pointers: ReadonlySet<number>;
}

/** At least so many bytes in front of, between and behind slots belong to nobody, so that overruns show. */
const SLOT_GAP = 8;

/** Returns the function's sites; `firstSite` is the number of the first of them. */
export function finishFunction(draft: Draft, index: number, firstSite: number): Site[] {
  const { fn } = draft;
  checkUninitialised(draft);
  simplify(fn, draft.labels);
  removeSureChecks(fn);
  watchLocals(draft);
  markPrivate(fn, draft);
  compactRegisters(fn);
  // Moves that became nothing leave blocks that only jump.
  cleanGraph(fn, draft.labels);
  resolveLabels(fn, draft.labels);
  placeSlots(fn);
  return numberSites(draft, index, firstSite);
}

/** The value of label i, by its final block. Labels that nothing can jump to get values that are no block's. */
export function labelValue(labels: readonly number[], i: number): number {
  const block = labels[i]!;
  return block >= 0 ? block + 1 : 0x10000 + i;
}

function resolveLabels(fn: IrFunction, labels: readonly number[]): void {
  for (const block of fn.blocks) {
    for (const instr of block) {
      if (instr.op !== "addr.label") continue;
      const label = instr.imm;
      if (labels[label]! >= 0) {
        instr.imm = labels[label]!;
      } else {
        instr.op = "const.i64";
        instr.imm = labelValue(labels, label);
      }
    }
  }
}

function placeSlots(fn: IrFunction): void {
  const used = new Uint8Array(fn.slots.length);
  const users: Instr[] = [];
  for (const block of fn.blocks) {
    for (const instr of block) {
      if (instr.op !== "addr.local") continue;
      used[instr.immHi] = 1;
      users.push(instr);
    }
  }
  const number = new Int32Array(fn.slots.length);
  const kept: Slot[] = [];
  fn.slots.forEach((slot, i) => {
    number[i] = kept.length;
    if (used[i] === 1) kept.push(slot);
  });
  for (const instr of users) instr.immHi = number[instr.immHi]!;
  const start = Frame.Header + 8 * fn.regs.length;
  let end = start;
  for (const slot of kept) {
    const align = Math.max(8, slot.align);
    const at = Math.ceil((end + SLOT_GAP) / align) * align;
    slot.offset = at - start;
    end = Math.ceil((at + slot.size) / 8) * 8;
  }
  fn.slots = kept;
  fn.localSize = kept.length === 0 ? 0 : Math.ceil((end + SLOT_GAP - start) / 16) * 16;
}

/** Nobody rests at these, but a report may have to say where they are. */
const CHOICES = /^(br|switch\.i32|switch\.i64|jmp\.label|ret)$/;

function numberSites({ fn, whats, pointers }: Draft, index: number, firstSite: number): Site[] {
  const sites: Site[] = [];
  const deadOf = new Map<Instr, number[]>();
  let previous: number[] = [];
  forEachDeadSet(fn, (instr, _block, _index, dead) => {
    // Neighbours often agree; one array for both keeps big programs small.
    if (dead.length !== previous.length || dead.some((reg, i) => reg !== previous[i])) previous = dead;
    deadOf.set(instr, previous);
  });
  fn.blocks.forEach((block, b) => {
    block.forEach((instr, i) => {
      if (CHOICES.test(instr.op))
        sites.push({ fn: index, block: b, index: i, loc: instr.loc, what: null, isPointer: false, dead: [] });
      const dead = deadOf.get(instr);
      if (dead === undefined) return;
      const what = whats[instr.site] ?? null;
      const isPointer = pointers.has(instr.site);
      sites.push({ fn: index, block: b, index: i, loc: instr.loc, what, isPointer, dead });
      instr.site = firstSite + sites.length - 1;
    });
  });
  return sites;
}
