// The program as text, for people and for tests. One line an instruction; the shape of a line follows from the
// operation's entry in OPS (result, operands in order) plus what its immediate means:
//
//   r3 = load.i32 [r1+8] !marked        ; mm/memcontrol.c:812:9 READ_ONCE  "pc->flags"  dead r1 r3
//
// Behind the semicolon stands what engines do not need to run: place, outermost macro, the C text of what a site
// touches, and the dead set of the site.

import { decimalOperationName } from "../decimal/operations.js";
import { opInfo } from "./graph.js";
import { Check, Trap } from "./ops.js";
import { Flag, type GlobalVar, type Instr, type IrFunction, type Loc, type Program } from "./program.js";

/** What to leave out of the text. */
export interface PrintOptions {
  /** Places, texts and dead sets behind the semicolon. Default: shown. */
  readonly comments?: boolean;
}

export function printProgram(program: Program, options: PrintOptions = {}): string {
  const parts: string[] = [];
  for (const [index, variable] of program.globals.entries()) parts.push(printGlobal(index, variable));
  const { image } = program;
  parts.push(
    `image ${hex(image.base)} rodata..${hex(image.rodataEnd)} data..${hex(image.dataEnd)} percpu ${image.percpuSize}`,
  );
  for (const fn of program.functions) parts.push("", printFunction(program, fn, options));
  return `${parts.join("\n")}\n`;
}

function printGlobal(index: number, variable: GlobalVar): string {
  const at = variable.section === "percpu" ? `+${hex(variable.address)}` : hex(variable.address);
  const name = variable.named ? variable.name : JSON.stringify(variable.name);
  return `global ${index} ${name} ${variable.section} ${at} size ${variable.size} align ${variable.align}`;
}

export function printFunction(program: Program, fn: IrFunction, options: PrintOptions = {}): string {
  const comments = options.comments ?? true;
  const lines: string[] = [];
  const params = fn.params.map((type, i) => `${type} ${regName(fn, i)}`);
  if (fn.variadic) params.push("...");
  const marks = [fn.isStatic ? "static " : "", fn.isInline ? "inline " : "", fn.noreturn ? "noreturn " : ""];
  const place = comments ? printLoc(program, fn.loc) : "";
  const head = `${marks.join("")}fn ${fn.symbol}(${params.join(", ")}) -> ${fn.result ?? "void"}`;
  lines.push(place === "" ? head : `${head}  ; ${place}`);
  const others = fn.regs.map((type, i) => `${type} ${regName(fn, i)}`).slice(fn.params.length);
  if (others.length > 0) lines.push(`  regs ${others.join(", ")}`);
  for (const [i, slot] of fn.slots.entries()) {
    lines.push(`  slot ${i} ${slot.name} +${slot.offset} size ${slot.size} align ${slot.align}`);
  }
  for (const [b, block] of fn.blocks.entries()) {
    lines.push(`b${b}:`);
    for (const instr of block) {
      const text = `  ${printInstr(program, instr)}`;
      const comment = comments ? printComment(program, instr) : "";
      lines.push(comment === "" ? text : `${text.padEnd(40)}  ; ${comment}`);
    }
  }
  return lines.join("\n");
}

function regName(fn: IrFunction, reg: number): string {
  const name = fn.regNames[reg];
  return name == null ? `r${reg}` : `r${reg}:${name}`;
}

export function printInstr(program: Program, instr: Instr): string {
  const result = instr.dst >= 0 ? `r${instr.dst} = ` : "";
  const operands = printOperands(program, instr);
  return `${result}${instr.op}${operands === "" ? "" : ` ${operands}`}${printFlags(instr.flags)}`;
}

function printOperands(program: Program, instr: Instr): string {
  const { op, a, b, c, imm, immHi } = instr;
  const offset = imm === 0 ? "" : imm > 0 ? `+${imm}` : `${imm}`;
  const args = `(${(instr.args ?? []).map((reg) => `r${reg}`).join(", ")})`;
  const targets = instr.targets ?? [];
  switch (op) {
    case "const.i32":
      return `${imm}`;
    case "const.i64":
      return `${wide(imm, immHi)}`;
    case "const.f32":
      return `0x${(imm >>> 0).toString(16)} (${floatFromBits(imm)})`;
    case "const.f64":
      return `0x${BigInt.asUintN(64, wide(imm, immHi)).toString(16)} (${doubleFromBits(imm, immHi)})`;
    case "addr.global":
      return `${globalName(program, immHi)}${offset}`;
    case "addr.local":
      return `s${immHi}${offset}`;
    case "addr.func":
      return program.functions[imm]?.symbol ?? `f${imm}`;
    case "addr.label":
      return `b${imm}`;
    case "fence":
      return `${imm}`;
    case "call":
      return `${program.functions[imm]?.symbol ?? `f${imm}`}${args}`;
    case "calli":
      return `r${a}${args}`;
    case "kop":
      return `${program.kernelOps[imm] ?? `k${imm}`}${args}`;
    case "decimal":
      return `${decimalOperationName(imm)}${immHi === 0 ? "" : ".high"}${args}`;
    case "jmp":
      return `b${targets[0]}`;
    case "switch.i32":
    case "switch.i64": {
      const cases = targets.slice(1).map((to, i) => `${caseValue(instr, i)}:b${to}`);
      return [`r${a}`, ...cases, `else:b${targets[0]}`].join(" ");
    }
    case "ret":
      return a >= 0 ? `r${a}` : "";
    case "check.i32":
    case "check.i64":
      return `r${a} ${imm} ${Object.entries(Check).find(([, value]) => value === immHi)?.[0] ?? `${immHi}`}`;
    case "check.index":
      return `r${a} ${imm} r${b} ${immHi}`;
    case "trap":
      return Object.entries(Trap).find(([, value]) => value === imm)?.[0] ?? `${imm}`;
    default: {
      const address = accessesMemory(op);
      const regs = [a, b, c].slice(0, opInfo(instr).in.length).map((reg) => `r${reg}`);
      if (address) regs[0] = `[${regs[0]}${offset}]`;
      return [...regs, ...targets.map((to) => `b${to}`)].join(" ");
    }
  }
}

/** Loads, stores and read-modify-writes: their first operand is an address. */
export function accessesMemory(op: Instr["op"]): boolean {
  return (
    op.startsWith("load.") || op.startsWith("store.") || op.startsWith("rmw.") || op.startsWith("cmpxchg")
  );
}

/** Value of the i-th case of a switch. */
export function caseValue(instr: Instr, i: number): bigint {
  return wide(instr.cases![2 * i]!, instr.cases![2 * i + 1]!);
}

function globalName(program: Program, index: number): string {
  const variable = program.globals[index];
  return variable === undefined || !variable.named ? `g${index}` : variable.name;
}

function wide(lo: number, hi: number): bigint {
  return BigInt.asIntN(64, (BigInt(hi) << 32n) | BigInt(lo >>> 0));
}

function floatFromBits(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setInt32(0, bits);
  return view.getFloat32(0);
}

function doubleFromBits(lo: number, hi: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, hi);
  view.setInt32(4, lo);
  return view.getFloat64(0);
}

const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [Flag.Marked, "marked"],
  [Flag.Private, "private"],
  [Flag.DataRace, "datarace"],
  [Flag.BitField, "bitfield"],
  [Flag.Unaligned, "unaligned"],
  [Flag.HandedOver, "handedover"],
];

function printFlags(flags: number): string {
  return FLAG_NAMES.map(([bit, name]) => ((flags & bit) === 0 ? "" : ` !${name}`)).join("");
}

function printComment(program: Program, instr: Instr): string {
  const parts = [printLoc(program, instr.loc)];
  const site = program.sites[instr.site];
  if (site !== undefined) {
    if (site.what !== null) parts.push(JSON.stringify(site.what));
    if (site.dead.length > 0) parts.push(`dead ${site.dead.map((reg) => `r${reg}`).join(" ")}`);
  }
  return parts.filter((part) => part !== "").join("  ");
}

/** "path:line:column MACRO", or "" for no place. */
export function printLoc(program: Program, index: number): string {
  const loc: Loc | undefined = program.locs[index];
  if (loc === undefined) return "";
  const place = `${program.files[loc.file]}:${loc.line}:${loc.column}`;
  return loc.macro === null ? place : `${place} ${loc.macro}`;
}

function hex(n: number): string {
  return `0x${n.toString(16)}`;
}
