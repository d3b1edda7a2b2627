// Reads functions in the text form of printProgram, so that tests of single passes are text in, text out.
//
// Everything behind a semicolon is skipped, except that an instruction whose operation has a site gets one; dead
// sets are left empty for the passes to fill. Calls name functions of the same text; kernel operations and
// globals come into being when they are named.

import { decimalOperation } from "../../interpreter/decimal/operations.js";
import { makeInstr } from "../../interpreter/ir/graph.js";
import { Check, OPS, type Opcode, type OpInfo, Trap } from "../../interpreter/ir/ops.js";
import {
  AddressSpace,
  Flag,
  type Instr,
  type IrFunction,
  type Program,
  type RegType,
} from "../../interpreter/ir/program.js";

export function emptyProgram(): Program {
  return {
    functions: [],
    functionIndex: {},
    globals: [],
    image: {
      base: AddressSpace.First,
      rodataEnd: AddressSpace.First,
      dataEnd: AddressSpace.First,
      bytes: new Uint8Array(0),
      percpu: new Uint8Array(0),
      percpuSize: 0,
    },
    kernelOps: [],
    constructors: [],
    destructors: [],
    files: ["test.c"],
    locs: [],
    sites: [],
  };
}

export function parseIr(text: string): Program {
  const program = emptyProgram();
  const lines = text
    .split("\n")
    .map((line) => line.replace(/\s*;.*$/, "").trim())
    .filter((line) => line !== "");
  for (const line of lines) {
    const global = /^global (\d+) (\S+) (rodata|data|percpu) \+?(\S+) size (\d+) align (\d+)$/.exec(line);
    if (global !== null) addGlobal(program, global);
    const image = /^image \S+ rodata\.\.(\S+) data\.\.(\S+) percpu (\d+)$/.exec(line);
    if (image !== null) {
      program.image.rodataEnd = Number(image[1]);
      program.image.dataEnd = Number(image[2]);
      program.image.percpuSize = Number(image[3]);
    }
    const head = /^((?:static |inline |noreturn )*)fn (\S+)\((.*)\) -> (\w+)$/.exec(line);
    if (head !== null) addFunction(program, head);
  }
  let fn: IrFunction | undefined;
  let at = -1;
  for (const line of lines) {
    if (/^(static |inline |noreturn )*fn /.test(line)) fn = program.functions[++at];
    else if (fn !== undefined) parseLine(program, fn, at, line);
  }
  return program;
}

function addGlobal(program: Program, match: RegExpExecArray): void {
  program.globals.push({
    name: match[2]!,
    section: match[3] as "data",
    address: Number(match[4]),
    size: Number(match[5]),
    align: Number(match[6]),
    loc: -1,
    named: true,
    shape: { kind: "opaque", size: Number(match[5]) },
  });
}

function addFunction(program: Program, match: RegExpExecArray): void {
  const [, marks, name, params, result] = match as unknown as [string, string, string, string, string];
  const list = params === "" ? [] : params.split(", ");
  const variadic = list.at(-1) === "...";
  if (variadic) list.pop();
  const regs = list.map((param) => param.split(" ")[0] as RegType);
  program.functionIndex[name] = program.functions.length;
  program.functions.push({
    name,
    symbol: name,
    params: [...regs],
    variadic,
    result: result === "void" ? null : (result as RegType),
    regs,
    regNames: list.map((param) => param.split(":")[1] ?? null),
    slots: [],
    localSize: 0,
    blocks: [],
    loc: -1,
    isStatic: marks.includes("static"),
    isInline: marks.includes("inline"),
    noreturn: marks.includes("noreturn"),
  });
}

function parseLine(program: Program, fn: IrFunction, f: number, line: string): void {
  if (line.startsWith("regs ")) {
    for (const part of line.slice(5).split(", ")) {
      const [type, name] = part.split(" ") as [RegType, string];
      fn.regs.push(type);
      fn.regNames.push(name.split(":")[1] ?? null);
    }
    return;
  }
  const slot = /^slot \d+ (\S+) \+(\d+) size (\d+) align (\d+)$/.exec(line);
  if (slot !== null) {
    const [offset, size, align] = [Number(slot[2]), Number(slot[3]), Number(slot[4])];
    fn.slots.push({ name: slot[1]!, offset, size, align, loc: -1 });
    fn.localSize = Math.max(fn.localSize, Math.ceil((offset + size) / 16) * 16);
    return;
  }
  if (/^b\d+:$/.test(line)) {
    fn.blocks.push([]);
    return;
  }
  const block = fn.blocks[fn.blocks.length - 1]!;
  const instr = parseInstr(program, line);
  if ((OPS[instr.op] as OpInfo).site === true) {
    instr.site = program.sites.length;
    const [b, index] = [fn.blocks.length - 1, block.length];
    program.sites.push({ fn: f, block: b, index, loc: -1, what: null, isPointer: false, dead: [] });
  }
  block.push(instr);
}

const FLAGS: Record<string, number> = {
  marked: Flag.Marked,
  private: Flag.Private,
  datarace: Flag.DataRace,
  bitfield: Flag.BitField,
  unaligned: Flag.Unaligned,
};

function parseInstr(program: Program, line: string): Instr {
  const match = /^(?:r(\d+) = )?([\w.]+) ?(.*?)((?: ![a-z]+)*)$/.exec(line);
  if (match === null || !(match[2]! in OPS)) throw new Error(`no instruction: ${line}`);
  const op = match[2] as Opcode;
  const rest = match[3]!;
  const instr = makeInstr(op, { dst: match[1] === undefined ? -1 : Number(match[1]) });
  for (const name of match[4]!.split(" !").slice(1)) instr.flags |= FLAGS[name]!;
  const setWide = (value: bigint): void => {
    instr.imm = Number(BigInt.asIntN(32, value));
    instr.immHi = Number(BigInt.asIntN(32, value >> 32n));
  };
  const call = /^(\S+?)\((.*)\)$/.exec(rest);
  const args = call?.[2] === "" ? [] : call?.[2]?.split(", ").map((reg) => Number(reg.slice(1)));
  switch (op) {
    case "const.i32":
    case "fence":
      instr.imm = Number(rest);
      return instr;
    case "check.i32":
    case "check.i64": {
      const [a, limit, what] = rest.split(" ");
      instr.a = Number(a!.slice(1));
      instr.imm = Number(limit);
      instr.immHi = Check[what as keyof typeof Check];
      return instr;
    }
    case "check.index": {
      const [a, limit, b, size] = rest.split(" ");
      instr.a = Number(a!.slice(1));
      instr.imm = Number(limit);
      instr.b = Number(b!.slice(1));
      instr.immHi = Number(size);
      return instr;
    }
    case "const.f32":
      instr.imm = Number(rest.split(" ")[0]) | 0;
      return instr;
    case "const.i64":
      setWide(BigInt(rest));
      return instr;
    case "const.f64":
      setWide(BigInt(rest.split(" ")[0]!));
      return instr;
    case "addr.global":
    case "addr.local": {
      const name = /^(.*?)([+-]\d+)?$/.exec(rest)!;
      instr.imm = Number(name[2] ?? 0);
      instr.immHi = op === "addr.local" ? Number(name[1]!.slice(1)) : globalIndex(program, name[1]!);
      return instr;
    }
    case "addr.func":
      instr.imm = program.functionIndex[rest]!;
      return instr;
    case "addr.label":
      instr.imm = Number(rest.slice(1));
      return instr;
    case "trap":
      instr.imm = Trap[rest as keyof typeof Trap];
      return instr;
    case "call":
      instr.imm = program.functionIndex[call![1]!]!;
      instr.args = args!;
      return instr;
    case "kop":
      if (!program.kernelOps.includes(call![1]!)) program.kernelOps.push(call![1]!);
      instr.imm = program.kernelOps.indexOf(call![1]!);
      instr.args = args!;
      return instr;
    case "decimal":
      instr.imm = decimalOperation(call![1]!.replace(/\.high$/, ""))!;
      instr.immHi = call![1]!.endsWith(".high") ? 1 : 0;
      instr.args = args!;
      return instr;
    case "calli":
      instr.a = Number(call![1]!.slice(1));
      instr.args = args!;
      return instr;
    case "switch.i32":
    case "switch.i64": {
      const [value, ...cases] = rest.split(" ");
      instr.a = Number(value!.slice(1));
      instr.cases = [];
      instr.targets = [0];
      for (const part of cases) {
        const [key, to] = part.split(":b") as [string, string];
        if (key === "else") {
          instr.targets[0] = Number(to);
          continue;
        }
        instr.targets.push(Number(to));
        instr.cases.push(
          Number(BigInt.asIntN(32, BigInt(key))),
          Number(BigInt.asIntN(32, BigInt(key) >> 32n)),
        );
      }
      return instr;
    }
    default:
      readOperands(instr, rest);
      return instr;
  }
}

function readOperands(instr: Instr, text: string): void {
  const fields: ("a" | "b" | "c")[] = ["a", "b", "c"];
  for (const word of text === "" ? [] : text.split(" ")) {
    const address = /^\[r(\d+)([+-]\d+)?\]$/.exec(word);
    if (address !== null) {
      instr[fields.shift()!] = Number(address[1]);
      instr.imm = Number(address[2] ?? 0);
    } else if (word.startsWith("b")) {
      instr.targets = [...(instr.targets ?? []), Number(word.slice(1))];
    } else {
      instr[fields.shift()!] = Number(word.slice(1));
    }
  }
}

function globalIndex(program: Program, name: string): number {
  const index = program.globals.findIndex((variable) => variable.name === name);
  if (index < 0) throw new Error(`no global ${name}`);
  return index;
}
