// From the program to the register machine's flat code.
//
// Comes in: a Program. Goes out: one Int32Array of eight-word instructions for all functions, with side tables
// indexed by site. Several operations become one instruction where they can (fuse.ts), but every site keeps an
// instruction of its own, so that all engines stop at the same ones.
//
// A program brings much with it that a case never calls, so a function is translated when somebody first gets to it.
// Its place is known from the beginning; there stands one instruction that says whose place it is, until then.

import { forEachUse } from "../ir/graph.js";
import { AddressSpace, Flag, Frame, type Instr, type IrFunction, type Program } from "../ir/program.js";
import { spinningSites } from "../ir/spins.js";
import { commutingBit } from "./footprint.js";
import { type Fused, Fuser, regOffset } from "./fuse.js";
import { Kind } from "./layout.js";
import type { Code } from "./loop.js";
import { OPERATION } from "./opcodes.js";
import type { SwitchTable, WholeCode } from "./step.js";

/** What the machine needs to know of an instruction that goes through its slow half. */
export interface ParkInfo {
  kind: number;
  /** Bytes of an atomic; 0 for block and kernel operations. */
  size: number;
  /** "add" … for Rmw. */
  rmw: string;
  /** The result register is 64 bits wide. */
  wide: boolean;
  fence: boolean;
  /** Kernel operation index. */
  kop: number;
  /** Register offsets of the arguments, with their width. */
  args: Int32Array;
  argWide: Uint8Array;
  /** memmove / memcpy / memset. */
  block: "" | "copy" | "move" | "fill";
  /** local.begin / local.end, and the bytes of the local. */
  local: "" | "begin" | "end";
  localSize: number;
  marked: boolean;
  /** For Rmw: the bit of COMMUTES (footprint.ts) where the result is not used, else 0. */
  commutes: number;
}

export interface CompiledCode extends WholeCode {
  readonly parks: ParkInfo[];
  /** 1 for a load on a cycle that changes nothing: the context may be spinning on it. */
  readonly mayspin: Uint8Array;
  /** There is such a load. */
  readonly spins: boolean;
  readonly locOfPc: Int32Array;
  readonly functionOfPc: Int32Array;
  /** Site that names the choice an instruction makes, or -1. */
  readonly choiceOfPc: Int32Array;
  /** IR operations that an instruction stands for: 2 when it was fused. */
  readonly weight: Uint8Array;
  /** Block starts per function, for computed goto; of those that are translated. */
  readonly blockPc: Int32Array[];
  /** Makes the code of a function, if nobody has done so yet. */
  translate(fn: number): void;
  translateAll(): void;
  /** What other engines make of the program, by memory map: theirs to fill and to read. */
  readonly modules: Map<string, unknown>;
}

/** Operations that are another one by other types, or with their operands exchanged. */
const SAME: Readonly<Record<string, string>> = {
  "const.f32": "const.i32",
  "const.f64": "const.i64",
  "i32.wrap": "mov32",
  "i64.extend_s": "i64.ext32_s",
  "i32.reinterpret_f32": "mov32",
  "f32.reinterpret_i32": "mov32",
  "i64.reinterpret_f64": "mov64",
  "f64.reinterpret_i64": "mov64",
};
const EXCHANGED = /^(i32|i64|f32|f64)\.g([te])(_[su])?$/;
/** A switch with so many values for each case, or so many in all, gets a table of targets. */
const SPARSEST = 4;
const SMALL_TABLE = 16;

/** Stands where code is still to be made; word 4 says of which function. */
export const UNTRANSLATED = OPERATION.untranslated;
/** Operations become at most so many instructions for each: an access behind a constant address three for two. */
const MOST_INSTRUCTIONS = 2;

const compiledPrograms = new WeakMap<Program, CompiledCode>();

/** The code of a program; made once, since every case of a file runs the same program. */
export function compileCode(program: Program): CompiledCode {
  let code = compiledPrograms.get(program);
  if (code === undefined) {
    code = translateProgram(program);
    compiledPrograms.set(program, code);
  }
  return code;
}

function translateProgram(program: Program): CompiledCode {
  const choices = new Map<Instr, number>();
  program.sites.forEach(({ fn, block, index }, site) => {
    const instr = program.functions[fn].blocks[block][index];
    if (instr.site < 0) choices.set(instr, site);
  });
  const entries = new Int32Array(program.functions.length);
  const frameBytes = new Int32Array(program.functions.length);
  const localStart = new Int32Array(program.functions.length);
  const parks: ParkInfo[] = [];
  const switches: SwitchTable[] = [];
  const tables: number[] = [];
  const callArgs: number[] = [];
  const mayspin = spinningSites(program);
  const pcOfSite = new Int32Array(program.sites.length).fill(-1);
  const blockPc: Int32Array[] = [];
  const pendingSwitches: PendingSwitch[] = [];
  let length = 0;
  program.functions.forEach((fn, f) => {
    entries[f] = 8 * length;
    for (const block of fn.blocks) length += MOST_INSTRUCTIONS * block.length;
    localStart[f] = Frame.Header + fn.regs.length * 8;
    frameBytes[f] = (localStart[f] + fn.localSize + 15) & ~15;
    blockPc.push(NO_BLOCKS);
  });
  const words = new Int32Array(8 * length);
  const locOfPc = new Int32Array(length);
  const functionOfPc = new Int32Array(length).fill(-1);
  const weight = new Uint8Array(length);
  const choiceOfPc = new Int32Array(length);
  /** Where the next instruction comes. */
  let end = 0;
  entries.forEach((entry, f) => {
    words[entry] = UNTRANSLATED;
    words[entry + 4] = f;
  });

  function translateFunction(f: number): void {
    if (words[entries[f]] !== UNTRANSLATED) return;
    const fn = program.functions[f];
    end = entries[f];
    const starts = new Int32Array(fn.blocks.length);
    const patches: { word: number; block: number }[] = [];
    const readers = countReads(fn);
    const fuser = new Fuser(fn, addressOf);
    const target = (word: number, block: number) => patches.push({ word, block });

    fn.blocks.forEach((block, b) => {
      starts[b] = end;
      for (let i = 0; i < block.length; ) {
        const fused = fuser.at(block, i);
        if (fused === null) translate(f, fn, block[i], readers, target);
        else {
          const last = block[i + fused.length - 1];
          emitFused(f, fused, last, target);
          if (fused.ahead !== null) {
            emitFused(f, fused.ahead.address, last, target);
            if (fused.ahead.value !== null) translate(f, fn, fused.ahead.value, readers, target);
            translate(f, fn, last, readers, target);
          }
        }
        i += fused?.length ?? 1;
      }
    });
    if (end > (entries[f + 1] ?? words.length)) throw new Error(`no room for the code of ${fn.name}`);
    for (const { word, block } of patches) words[word] = starts[block];
    for (const s of pendingSwitches)
      fillSwitch(
        s,
        s.blocks.map((b) => starts[b]),
        words[s.at + 4],
        tables,
        words,
      );
    pendingSwitches.length = 0;
    blockPc[f] = starts;
    if (tables.length > whole.tables.length) whole.tables = Int32Array.from(tables);
    if (callArgs.length > whole.callArgs.length) whole.callArgs = Int32Array.from(callArgs);
  }

  function emit(f: number, instr: Instr, op: number): number {
    const at = end;
    end += 8;
    words[at] = op;
    words[at + 4] = 0;
    words[at + 6] = instr.site;
    const index = at >> 3;
    locOfPc[index] = instr.loc;
    functionOfPc[index] = f;
    weight[index] = 1;
    choiceOfPc[index] = choices.get(instr) ?? -1;
    if (instr.site >= 0) pcOfSite[instr.site] = at;
    return at;
  }

  function emitFused(
    f: number,
    fused: Fused,
    instr: Instr,
    target: (word: number, block: number) => void,
  ): void {
    const { check } = fused;
    // An access has an instruction of its own behind this one; an address has the site of its check, if any.
    const isAddress = fused.name.startsWith("i64.index");
    const own = fused.ahead === null && !isAddress ? instr : { ...instr, site: check?.site ?? -1 };
    const at = emit(f, own, numberOf(fused.name));
    const [dst, a, b, c, d, last] = fused.words;
    words[at + 1] = dst;
    words[at + 2] = a;
    words[at + 3] = b;
    words[at + 4] = c;
    words[at + 5] = d;
    words[at + 7] = last;
    weight[at >> 3] = fused.weight;
    fused.targets?.forEach((block, i) => {
      target(at + 4 + i, block);
    });
    if (fused.test < 0) return;
    target(at + 6, fused.test);
    choiceOfPc[at >> 3] = choices.get(program.functions[f].blocks[fused.test].at(-1)!) ?? -1;
  }

  function park(f: number, instr: Instr, info: Partial<ParkInfo> & { kind: number }): void {
    const at = emit(f, instr, OPERATION.park);
    words[at + 1] = regOffset(instr.dst);
    words[at + 2] = regOffset(instr.a);
    words[at + 3] = regOffset(instr.b);
    words[at + 4] = regOffset(instr.c);
    words[at + 5] = instr.flags;
    words[at + 7] = parks.length;
    parks.push({
      size: 0,
      rmw: "",
      wide: false,
      fence: false,
      kop: -1,
      args: new Int32Array(0),
      argWide: new Uint8Array(0),
      block: "",
      local: "",
      localSize: 0,
      marked: (instr.flags & Flag.Marked) !== 0,
      commutes: 0,
      ...info,
    });
  }

  function translate(
    f: number,
    fn: IrFunction,
    instr: Instr,
    readers: Int32Array,
    target: (word: number, block: number) => void,
  ): void {
    const wide = (reg: number) => fn.regs[reg] === "i64" || fn.regs[reg] === "f64";
    const plain = (name: string) => {
      const exchanged = EXCHANGED.exec(name);
      const at = emit(
        f,
        instr,
        numberOf(exchanged === null ? name : `${exchanged[1]}.l${exchanged[2]}${exchanged[3] ?? ""}`),
      );
      words[at + 1] = regOffset(instr.dst);
      words[at + 2] = regOffset(exchanged === null ? instr.a : instr.b);
      words[at + 3] = regOffset(exchanged === null ? instr.b : instr.a);
      words[at + 4] = instr.imm;
      words[at + 5] = instr.immHi;
      return at;
    };
    const constant = (value: number) => {
      const at = emit(f, instr, OPERATION["const.i64"]);
      words[at + 1] = regOffset(instr.dst);
      words[at + 4] = value | 0;
      words[at + 5] = Math.floor(value / 4294967296);
    };
    const op = instr.op;
    switch (op) {
      case "mov":
        plain(wide(instr.dst) ? "mov64" : "mov32");
        return;
      case "select": {
        const at = plain(wide(instr.dst) ? "select64" : "select32");
        words[at + 4] = regOffset(instr.c);
        return;
      }
      case "addr.global":
        constant(addressOf(instr));
        return;
      case "addr.func":
        constant(AddressSpace.Function + 16 * instr.imm);
        return;
      case "addr.label":
        constant(instr.imm + 1);
        return;
      case "addr.local": {
        const at = plain("addr.local");
        words[at + 4] = localStart[f] + fn.slots[instr.immHi].offset + instr.imm;
        return;
      }
      case "fence":
        park(f, instr, { kind: Kind.None, fence: true });
        return;
      case "local.begin":
      case "local.end":
        park(f, instr, {
          kind: Kind.None,
          local: op === "local.end" ? "end" : "begin",
          localSize: instr.immHi,
        });
        return;
      case "memcpy":
        park(f, instr, { kind: Kind.Copy, block: "copy" });
        return;
      case "memmove":
        park(f, instr, { kind: Kind.Copy, block: "move" });
        return;
      case "memset":
        park(f, instr, { kind: Kind.Fill, block: "fill" });
        return;
      case "kop":
        park(f, instr, {
          kind: Kind.Kop,
          kop: instr.imm,
          wide: instr.dst >= 0 && wide(instr.dst),
          args: Int32Array.from(instr.args!, regOffset),
          argWide: Uint8Array.from(instr.args!, (r) => (wide(r) ? 1 : 0)),
        });
        return;
      case "decimal": {
        const at = emit(f, instr, OPERATION.decimal);
        words[at + 1] = regOffset(instr.dst);
        words[at + 3] = callArgs.length;
        words[at + 4] = 2 * instr.imm + instr.immHi;
        words[at + 5] = instr.args!.length;
        for (const reg of instr.args!) callArgs.push(regOffset(reg));
        return;
      }
      case "call":
      case "calli": {
        const at = emit(f, instr, OPERATION[op]);
        words[at + 1] = regOffset(instr.dst);
        words[at + 2] = regOffset(instr.a);
        words[at + 3] = callArgs.length;
        words[at + 4] = instr.imm;
        words[at + 5] = instr.args!.length;
        for (const reg of instr.args!) callArgs.push(regOffset(reg));
        return;
      }
      case "ret": {
        const at = emit(f, instr, OPERATION.ret);
        words[at + 2] = regOffset(instr.a);
        return;
      }
      case "jmp": {
        const at = emit(f, instr, OPERATION.jmp);
        target(at + 4, instr.targets![0]);
        return;
      }
      case "br": {
        const at = emit(f, instr, OPERATION.br);
        words[at + 2] = regOffset(instr.a);
        target(at + 4, instr.targets![0]);
        target(at + 5, instr.targets![1]);
        return;
      }
      case "switch.i32":
      case "switch.i64": {
        const at = emit(f, instr, OPERATION.switch);
        words[at + 2] = regOffset(instr.a);
        target(at + 4, instr.targets![0]);
        words[at + 5] = op === "switch.i64" ? 1 : 0;
        words[at + 7] = switches.length;
        const table: SwitchTable = {
          lo: new Int32Array(0),
          hi: new Int32Array(0),
          target: new Int32Array(0),
        };
        switches.push(table);
        const values: [number, number][] = [];
        for (let i = 0; i + 1 < instr.cases!.length; i += 2)
          values.push([instr.cases![i], instr.cases![i + 1]]);
        pendingSwitches.push({
          at,
          table,
          values,
          blocks: instr.targets!.slice(1),
          is64: op === "switch.i64",
        });
        return;
      }
    }
    if (op.startsWith("rmw.") || op.startsWith("cmpxchg")) {
      const size = Number(/\d+$/.exec(op)![0]) / 8;
      const rmw = op.startsWith("rmw.") ? op.slice(4).replace(/\d+$/, "") : "";
      const unused = instr.dst < 0 || readers[instr.dst] === 0;
      park(f, unused ? { ...instr, dst: -1 } : instr, {
        kind: rmw !== "" ? Kind.Rmw : Kind.CmpXchg,
        size,
        rmw,
        wide: size === 8,
        marked: true,
        commutes: unused ? commutingBit(rmw) : 0,
      });
      return;
    }
    if (op.startsWith("load.") || op.startsWith("store.")) {
      // Float accesses move the same bits.
      const at = plain(op.replace("f32", "i32").replace("f64", "i64"));
      words[at + 5] = instr.flags;
      return;
    }
    plain(SAME[op] ?? op);
  }

  function addressOf(instr: Instr): number {
    const g = program.globals[instr.immHi];
    return (g.section === "percpu" ? AddressSpace.PerCpuCookie + g.address : g.address) + instr.imm;
  }

  const dead: number[] = [];
  const deadStart = new Int32Array(program.sites.length + 1);
  program.sites.forEach((site, s) => {
    deadStart[s] = dead.length;
    for (const reg of site.dead) dead.push(regOffset(reg));
  });
  deadStart[program.sites.length] = dead.length;

  const operations = Object.keys(OPERATION).length;
  const accessSize = new Uint8Array(operations);
  const accessSigned = new Uint8Array(operations);
  const accessStore = new Uint8Array(operations);
  for (const [name, bytes] of [
    ["i8", 1],
    ["i8_s", 1],
    ["i8_u", 1],
    ["i16", 2],
    ["i16_s", 2],
    ["i16_u", 2],
    ["i32", 4],
    ["i64", 8],
  ] as const) {
    const l = OPERATION[`load.${name}`];
    if (l !== undefined) {
      accessSize[l] = bytes;
      accessSigned[l] = name.endsWith("_s") ? 1 : 0;
    }
    const s = OPERATION[`store.${name}`];
    if (s !== undefined) {
      accessSize[s] = bytes;
      accessStore[s] = 1;
    }
  }

  const whole: Growing = {
    code: words,
    entries,
    switches,
    tables: new Int32Array(0),
    parks,
    pcOfSite,
    dead: Int32Array.from(dead),
    deadStart,
    mayspin,
    spins: mayspin.some((mark) => mark !== 0),
    frameBytes,
    localStart,
    ...localObjects(program),
    locOfPc,
    functionOfPc,
    choiceOfPc,
    weight,
    blockPc,
    accessSize,
    accessSigned,
    accessStore,
    callArgs: new Int32Array(0),
    modules: new Map(),
    translate: translateFunction,
    translateAll: () => {
      for (let f = 0; f < entries.length; f++) translateFunction(f);
    },
  };
  return whole;
}

/** Side tables that become longer with the functions that are translated. */
type Growing = Omit<CompiledCode, "tables" | "callArgs"> & { tables: Int32Array; callArgs: Int32Array };

const NO_BLOCKS = new Int32Array(0);

/** Local areas with more bytes are not described: each byte takes one. */
const MOST_LOCALS = 4096;

/** Which bytes of the functions' local areas belong to objects; see Code. */
function localObjects(program: Program): Pick<Code, "locals" | "localsAt" | "localsEnd"> {
  const count = program.functions.length;
  const localsAt = new Int32Array(count);
  const localsEnd = new Int32Array(count);
  let total = 0;
  program.functions.forEach(({ localSize }, f) => {
    localsAt[f] = total;
    localsEnd[f] = localSize <= MOST_LOCALS ? localSize : 0;
    total += localsEnd[f];
  });
  const locals = new Uint8Array(total);
  program.functions.forEach(({ slots }, f) => {
    if (localsEnd[f] === 0) return;
    for (const { offset, size } of slots)
      for (let i = 0; i < size; i++) {
        const at = localsAt[f] + offset + i;
        locals[at] = Math.max(locals[at], Math.min(8, size - i));
      }
  });
  return { locals, localsAt, localsEnd };
}

function numberOf(name: string): number {
  const op = OPERATION[name];
  if (op === undefined) throw new Error(`no translation for ${name}`);
  return op;
}

/** How often each register is read, in the whole function. */
function countReads(fn: IrFunction): Int32Array {
  const reads = new Int32Array(fn.regs.length);
  for (const block of fn.blocks) {
    for (const instr of block) {
      forEachUse(instr, (reg) => {
        reads[reg]++;
      });
    }
  }
  return reads;
}

interface PendingSwitch {
  at: number;
  table: SwitchTable;
  values: [number, number][];
  blocks: number[];
  is64: boolean;
}

/** Fills the side table, and where the values lie close together makes the instruction a look-up in `tables`. */
function fillSwitch(
  s: PendingSwitch,
  targets: number[],
  otherwise: number,
  tables: number[],
  words: Int32Array,
): void {
  const order = s.values.map((value, i) => ({
    lo: value[0] | 0,
    hi: s.is64 ? value[1] | 0 : 0,
    to: targets[i],
  }));
  order.sort((p, q) => (p.hi >>> 0) - (q.hi >>> 0) || (p.lo >>> 0) - (q.lo >>> 0));
  s.table.lo = Int32Array.from(order, (o) => o.lo);
  s.table.hi = Int32Array.from(order, (o) => o.hi);
  s.table.target = Int32Array.from(order, (o) => o.to);
  if (s.is64 || order.length === 0) return;
  const low = Math.min(...order.map((o) => o.lo));
  const high = Math.max(...order.map((o) => o.lo));
  const count = high - low + 1;
  if (count > Math.max(order.length * SPARSEST, SMALL_TABLE)) return;
  words[s.at] = OPERATION["switch.dense"];
  words[s.at + 3] = low;
  words[s.at + 4] = tables.length;
  words[s.at + 5] = count;
  const first = tables.length;
  for (let i = 0; i <= count; i++) tables.push(otherwise);
  for (const o of order) tables[first + o.lo - low] = o.to;
}
