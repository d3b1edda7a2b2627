// The verifier: is a program well-formed, and are its dead sets right?
//
// In: a program. Out: the list of what is wrong with it, empty for a good one. Everything is checked against OPS,
// so an operation added there is covered at once. The dead sets are checked by an algorithm of another kind than
// the one that made them: register by register, from each read backwards to the writes it can see (instead of
// all registers at once to a fixed point), so that a mistake in one is not repeated in the other.

import { forEachUse, opInfo, predecessors } from "./graph.js";
import { OPS } from "./ops.js";
import { accessesMemory } from "./print.js";
import { AddressSpace, Frame, type Instr, type IrFunction, type Program, type RegType } from "./program.js";

/** Field limits of a resting point (`Frame.Point`). */
export const MAX_BLOCKS = 0xffff;
export const MAX_BLOCK_LENGTH = 0xffff;

export function verifyProgram(program: Program): string[] {
  const problems: string[] = [];
  verifyImage(program, problems);
  program.functions.forEach((fn, index) => {
    const report = (text: string, block = -1, at = -1) =>
      problems.push(`${fn.symbol}${block < 0 ? "" : ` b${block}`}${at < 0 ? "" : `[${at}]`}: ${text}`);
    if (program.functionIndex[fn.symbol] !== index) report("functionIndex does not lead here");
    const before = problems.length;
    verifyFunction(program, fn, index, report);
    // The data-flow check relies on a sound graph.
    if (problems.length === before) verifyDeadSets(program, fn, report);
  });
  program.sites.forEach((site, i) => {
    const instr = program.functions[site.fn]?.blocks[site.block]?.[site.index];
    const isChoice = instr?.site === -1 && /^(br|switch|jmp\.label|ret)/.test(instr.op);
    if (instr?.site !== i && !isChoice) problems.push(`site ${i}: its instruction does not point back`);
  });
  return problems;
}

/** Throws with the first problems if there are any: a malformed program is our own mistake. */
export function assertVerified(program: Program): void {
  const problems = verifyProgram(program);
  if (problems.length > 0) {
    throw new Error(`malformed program, ${problems.length} problems:\n${problems.slice(0, 10).join("\n")}`);
  }
}

function verifyImage(program: Program, problems: string[]): void {
  const { image } = program;
  if (image.base !== AddressSpace.First) problems.push(`image begins at ${image.base}`);
  if (image.rodataEnd % 128 !== 0 || image.dataEnd % 128 !== 0)
    problems.push("image parts do not end 128-aligned");
  if (image.bytes.length > image.dataEnd - image.base) problems.push("image has more bytes than room");
  if (image.percpu.length > image.percpuSize) problems.push("per-CPU template has more bytes than room");
  // Objects must not share an 8-byte granule, and must have a redzone of 8 bytes behind them.
  for (const percpu of [false, true]) {
    const sorted = program.globals.filter((g) => (g.section === "percpu") === percpu);
    sorted.sort((x, y) => x.address - y.address);
    sorted.forEach((g, i) => {
      const begin = percpu ? 0 : g.section === "rodata" ? image.base : image.rodataEnd;
      const end = percpu ? image.percpuSize : g.section === "rodata" ? image.rodataEnd : image.dataEnd;
      if (g.address < begin || g.address + g.size > end)
        problems.push(`global ${g.name}: outside its section`);
      if (g.address % g.align !== 0 || g.address % 8 !== 0) problems.push(`global ${g.name}: misaligned`);
      const next = sorted[i + 1];
      if (next !== undefined && next.address < Math.ceil((g.address + g.size) / 8) * 8 + 8) {
        problems.push(`global ${g.name}: no redzone in front of ${next.name}`);
      }
    });
  }
}

type Report = (text: string, block?: number, at?: number) => void;

function verifyFunction(program: Program, fn: IrFunction, index: number, report: Report): void {
  fn.params.forEach((type, i) => {
    if (fn.regs[i] !== type) report(`parameter ${i} is ${type}, its register ${fn.regs[i]}`);
  });
  if (fn.variadic && fn.params.at(-1) !== "i64") report("variadic without the hidden i64 parameter");
  if (fn.regNames.length !== fn.regs.length) report("regNames and regs differ in length");
  verifySlots(fn, report);
  if (fn.blocks.length === 0) report("no blocks");
  if (fn.blocks.length > MAX_BLOCKS) report(`${fn.blocks.length} blocks, more than a resting point can name`);
  fn.blocks.forEach((block, b) => {
    if (block.length === 0) report("empty block", b);
    if (block.length > MAX_BLOCK_LENGTH) report("longer than a resting point can name", b);
    block.forEach((instr, i) => {
      const fail = (text: string) => report(`${instr.op}: ${text}`, b, i);
      if (OPS[instr.op] === undefined) {
        fail("unknown operation");
        return;
      }
      if ((opInfo(instr).terminator === true) !== (i === block.length - 1)) {
        fail(
          i === block.length - 1 ? "the block does not end with a terminator" : "terminator inside a block",
        );
      }
      verifyRegisters(fn, instr, fail);
      verifyDetails(program, fn, instr, fail);
      verifySite(program, fn, instr, index, b, i, fail);
    });
  });
}

function verifySlots(fn: IrFunction, report: Report): void {
  if (fn.localSize % 16 !== 0) report(`local area of ${fn.localSize} bytes is no multiple of 16`);
  fn.slots.forEach((slot, i) => {
    if (slot.offset < 0 || slot.offset + slot.size > fn.localSize)
      report(`slot ${slot.name} outside the local area`);
    // Frames are 16-aligned and the header is a multiple of 16, so the registers decide.
    if ((Frame.Header + 8 * fn.regs.length + slot.offset) % Math.min(slot.align, 16) !== 0) {
      report(`slot ${slot.name} is not aligned to ${slot.align}`);
    }
    const next = fn.slots[i + 1];
    if (next !== undefined && next.offset < slot.offset + slot.size) {
      report(`slots ${slot.name} and ${next.name} overlap, or are not in order`);
    }
  });
}

function verifyRegisters(fn: IrFunction, instr: Instr, fail: (text: string) => void): void {
  const info = opInfo(instr);
  let any: RegType | null = null;
  const check = (reg: number, wanted: string, field: string): void => {
    const type = fn.regs[reg];
    if (type === undefined) {
      fail(`${field} = r${reg} does not exist`);
    } else if (wanted === "any") {
      if (any !== null && any !== type) fail(`${field} = r${reg} is ${type}, the others are ${any}`);
      any = type;
    } else if (type !== wanted) {
      fail(`${field} = r${reg} is ${type}, not ${wanted}`);
    }
  };
  const optional = info.site === true && /^(call|calli|kop|rmw\..*|cmpxchg.*)$/.test(instr.op);
  if (info.dst === null ? instr.dst !== -1 : instr.dst === -1 && !optional) {
    fail(info.dst === null ? "has a result" : "has no result");
  }
  const fields = [instr.a, instr.b, instr.c];
  fields.forEach((reg, i) => {
    const wanted = info.in[i];
    if (wanted !== undefined) check(reg, wanted, "abc"[i]!);
    else if (reg !== -1 && instr.op !== "ret") fail(`${"abc"[i]} is not an operand`);
  });
  if (instr.dst !== -1 && info.dst !== null) check(instr.dst, info.dst, "dst");
  for (const reg of instr.args ?? []) if (fn.regs[reg] === undefined) fail(`argument r${reg} does not exist`);
  if ((instr.args !== null) !== ["call", "calli", "kop", "decimal"].includes(instr.op))
    fail("arguments of the wrong kind");
}

function verifyDetails(program: Program, fn: IrFunction, instr: Instr, fail: (text: string) => void): void {
  const targets = instr.targets ?? [];
  for (const to of targets) if (fn.blocks[to] === undefined) fail(`target b${to} does not exist`);
  const wanted = { jmp: 1, br: 2 }[instr.op as string];
  if (
    wanted !== undefined
      ? targets.length !== wanted
      : targets.length > 0 && !/^(switch|jmp\.label)/.test(instr.op)
  ) {
    fail(`${targets.length} targets`);
  }
  if (accessesMemory(instr.op)) {
    if (instr.imm !== 0 && !/^(load|store)/.test(instr.op)) fail("only loads and stores have an offset");
  } else if (instr.flags !== 0 && !instr.op.startsWith("mem")) {
    fail("flags on an operation without access");
  }
  switch (instr.op) {
    case "call": {
      const callee = program.functions[instr.imm];
      if (callee === undefined) {
        fail(`function ${instr.imm} does not exist`);
        return;
      }
      const given = instr.args!.map((reg) => fn.regs[reg]);
      if (given.join() !== callee.params.join())
        fail(`${callee.symbol}(${callee.params}) called with (${given})`);
      if (instr.dst >= 0 && fn.regs[instr.dst] !== callee.result)
        fail(`${callee.symbol} gives ${callee.result}`);
      return;
    }
    case "kop":
      if (program.kernelOps[instr.imm] === undefined) fail(`kernel operation ${instr.imm} does not exist`);
      return;
    case "addr.func":
      if (program.functions[instr.imm] === undefined) fail(`function ${instr.imm} does not exist`);
      return;
    case "addr.global":
      if (program.globals[instr.immHi] === undefined) fail(`global ${instr.immHi} does not exist`);
      return;
    case "addr.local":
      if (fn.slots[instr.immHi] === undefined) fail(`slot ${instr.immHi} does not exist`);
      return;
    case "addr.label":
      if (instr.imm === 0 || fn.blocks[instr.imm] === undefined)
        fail(`block ${instr.imm} cannot have a label`);
      return;
    case "switch.i32":
    case "switch.i64":
      verifySwitch(instr, fail);
      return;
    case "ret": {
      const type = instr.a < 0 ? null : fn.regs[instr.a];
      if (type !== fn.result) fail(`returns ${type}, not ${fn.result}`);
      return;
    }
    default:
  }
}

function verifySwitch(instr: Instr, fail: (text: string) => void): void {
  const count = (instr.targets?.length ?? 0) - 1;
  if (count < 0 || instr.cases?.length !== 2 * count) {
    fail("cases and targets differ in number");
    return;
  }
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const [lo, hi] = [instr.cases[2 * i]!, instr.cases[2 * i + 1]!];
    if (instr.op === "switch.i32" && hi !== lo >> 31) fail(`case ${lo} is not sign-extended`);
    const key = `${lo}:${hi}`;
    if (seen.has(key)) fail(`case ${lo} twice`);
    seen.add(key);
  }
}

function verifySite(
  program: Program,
  fn: IrFunction,
  instr: Instr,
  index: number,
  b: number,
  i: number,
  fail: (text: string) => void,
): void {
  if (opInfo(instr).site !== true) {
    if (instr.site !== -1) fail("has a site");
    return;
  }
  const site = program.sites[instr.site];
  if (site === undefined) {
    fail("has no site");
    return;
  }
  if (site.fn !== index || site.block !== b || site.index !== i) fail("its site names another place");
  if (site.loc !== instr.loc) fail("its site has another loc");
  site.dead.forEach((reg, at) => {
    if (fn.regs[reg] === undefined || (at > 0 && site.dead[at - 1]! >= reg))
      fail("dead set is not ascending");
  });
}

/** Program points are numbered through the function; point p lies in front of instruction p. */
function verifyDeadSets(program: Program, fn: IrFunction, report: Report): void {
  const first: number[] = [];
  const instrs: Instr[] = [];
  for (const block of fn.blocks) {
    first.push(instrs.length);
    instrs.push(...block);
  }
  const blockOf = new Int32Array(instrs.length);
  fn.blocks.forEach((block, b) => {
    blockOf.fill(b, first[b], first[b]! + block.length);
  });
  const preds = predecessors(fn).map((list) => list.map((p) => first[p]! + fn.blocks[p]!.length - 1));
  const firstSet = new Map(first.map((point, b) => [point, b]));
  const setjmps = instrs.flatMap((instr, p) => (instr.op === "setjmp" ? [p] : []));

  for (let reg = 0; reg < fn.regs.length; reg++) {
    const liveBehind = liveBehindEach(instrs, firstSet, preds, reg);
    const pinned = setjmps.some((p) => liveBehind[p] === 1 && instrs[p]!.dst !== reg);
    const writable = writtenBefore(fn, instrs, first, blockOf, reg);
    instrs.forEach((instr, p) => {
      const site = program.sites[instr.site];
      if (site === undefined) return;
      const live = pinned || (liveBehind[p] === 1 && instr.dst !== reg);
      const listed = site.dead.includes(reg);
      if (listed === (!live && writable[p] === 1)) return;
      const why = listed ? "listed as dead, but read later or never written" : "dead, but not listed";
      report(`site ${instr.site}: r${reg} is ${why}`, site.block, site.index);
    });
  }
}

/** 1 for every instruction behind which the register's content can still be read: walks back from each read. */
function liveBehindEach(
  instrs: readonly Instr[],
  firstSet: ReadonlyMap<number, number>,
  preds: readonly (readonly number[])[],
  reg: number,
): Uint8Array {
  const behind = new Uint8Array(instrs.length);
  const work: number[] = [];
  const arrive = (point: number): void => {
    const b = firstSet.get(point);
    for (const p of b === undefined ? [point - 1] : preds[b]!) {
      if (behind[p] === 1) continue;
      behind[p] = 1;
      if (instrs[p]!.dst !== reg) work.push(p);
    }
  };
  instrs.forEach((instr, p) => {
    let reads = false;
    forEachUse(instr, (use) => {
      if (use === reg) reads = true;
    });
    if (reads) arrive(p);
  });
  while (work.length > 0) arrive(work.pop()!);
  return behind;
}

/** 1 for every instruction that some path reaches on which the register has been written. */
function writtenBefore(
  fn: IrFunction,
  instrs: readonly Instr[],
  first: readonly number[],
  blockOf: Int32Array,
  reg: number,
): Uint8Array {
  const written = new Uint8Array(instrs.length);
  const work: number[] = [];
  const leave = (p: number): void => {
    const to = instrs[p]!.targets;
    const b = blockOf[p]!;
    const last = p === first[b]! + fn.blocks[b]!.length - 1;
    for (const next of last ? (to ?? []).map((t) => first[t]!) : [p + 1]) {
      if (written[next] === 1) continue;
      written[next] = 1;
      work.push(next);
    }
  };
  if (reg < fn.params.length) {
    written[0] = 1;
    work.push(0);
  }
  instrs.forEach((instr, p) => {
    if (instr.dst === reg) leave(p);
  });
  while (work.length > 0) leave(work.pop()!);
  return written;
}
