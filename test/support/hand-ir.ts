// Programs made by hand, for tests of the machine and the search that must not depend on the C front end.
//
// A task is a list of small steps over shared 8-byte variables; everything is unrolled, so that the only states
// are those of the steps themselves.

import { forEachDeadSet } from "../../interpreter/ir/liveness.js";
import type { Opcode } from "../../interpreter/ir/ops.js";
import type { Instr, IrFunction, Program, RegType, Site } from "../../interpreter/ir/program.js";
import { AddressSpace, Flag } from "../../interpreter/ir/program.js";
import { DONE, type ObjectOp } from "../../interpreter/machine/host.js";

export type Step =
  | { do: "load"; variable: string; into: string }
  | { do: "store"; variable: string; value: number | { of: string; plus: number } }
  | { do: "add"; variable: string; amount: number; into?: string }
  | { do: "op"; name: string; args: (number | { address: string })[]; into?: string }
  /** Plain load (and store) of another CPU's copy of a per-CPU variable. */
  | { do: "remote"; variable: string; cpu: number; plus: number }
  /** The body (without locals of its own that outlive a round) again and again until the variable has the value. */
  | { do: "until"; variable: string; value: number; body: Step[] }
  /** Makes a local part of the outcome. */
  | { do: "observe"; name: string; value: string };

export interface HandProgram {
  variables: string[];
  /** Per-CPU variables: arguments of operations get their cookies. */
  percpu?: string[];
  cpus?: number;
  /** cpu and steps of each task. */
  tasks: { cpu: number; steps: Step[] }[];
  /** Variables whose final value is observed. */
  observe: string[];
}

export const harness: ObjectOp[] = [
  {
    name: "spawn",
    waits: "never",
    commit(h) {
      h.spawn(h.arg(0), h.arg(1), h.argHi(1), 0, 0);
      return DONE;
    },
  },
  {
    name: "join",
    waits: "sleeps",
    ready: (h) => h.phase === 0 || h.live() === 0,
    commit(h) {
      if (h.phase === 1) return DONE;
      h.startAll();
      return 1;
    },
  },
  {
    name: "observe",
    waits: "never",
    local: true,
    commit(h) {
      h.observe(h.pointer(0), h.arg(1), h.argHi(1));
      return DONE;
    },
  },
];

export function handProgram(source: HandProgram, extraOps: readonly string[] = []): Program {
  const kernelOps = ["spawn", "join", "observe", ...extraOps];
  const globals: Program["globals"] = [];
  let address: number = AddressSpace.First;
  const strings: string[] = [
    ...new Set([
      ...source.observe,
      ...source.tasks.flatMap((t) => t.steps.flatMap((s) => (s.do === "observe" ? [s.name] : []))),
    ]),
  ];
  const textAt = new Map<string, number>();
  const bytes: number[] = [];
  for (const text of strings) {
    textAt.set(text, globals.length);
    globals.push({
      name: `"${text}"`,
      section: "rodata",
      address,
      size: text.length + 1,
      align: 1,
      loc: -1,
      named: false,
      shape: { kind: "opaque", size: text.length + 1 },
    });
    for (const ch of `${text}\0`) bytes.push(ch.charCodeAt(0));
    while (bytes.length % 16 !== 0) bytes.push(0);
    address = AddressSpace.First + bytes.length;
  }
  while (bytes.length % 128 !== 0) bytes.push(0);
  const rodataEnd = AddressSpace.First + bytes.length;
  address = rodataEnd;
  const variableAt = new Map<string, number>();
  for (const name of source.variables) {
    variableAt.set(name, globals.length);
    globals.push({
      name,
      section: "data",
      address,
      size: 8,
      align: 8,
      loc: -1,
      named: true,
      shape: { kind: "int", size: 8, signed: true, name: "long" },
    });
    address += 16;
  }
  const dataEnd = Math.ceil(address / 128) * 128;
  (source.percpu ?? []).forEach((name, i) => {
    variableAt.set(name, globals.length);
    globals.push({
      name,
      section: "percpu",
      address: i * 16,
      size: 8,
      align: 8,
      loc: -1,
      named: true,
      shape: { kind: "int", size: 8, signed: true, name: "long" },
    });
  });
  const percpuSize = (source.percpu ?? []).length * 16;
  const sites: Site[] = [];
  const functions: IrFunction[] = [];

  const build = (name: string, body: (b: Builder) => void) => {
    const b = new Builder(functions.length, sites);
    body(b);
    b.emit("ret", {});
    functions.push({
      name,
      symbol: name,
      params: [],
      variadic: false,
      result: null,
      regs: b.regs,
      regNames: b.regs.map(() => null),
      slots: [],
      localSize: 0,
      blocks: b.blocks,
      loc: -1,
      isStatic: false,
      isInline: false,
      noreturn: false,
    });
  };

  build("main", (b) => {
    source.tasks.forEach((task, i) => {
      b.kop(0, [b.i32(task.cpu), b.global(-1, i + 1)]);
    });
    b.kop(1, []);
    for (const name of source.observe) {
      // "v@1" is CPU 1's copy of v.
      const [variable, copy] = name.split("@");
      let address = b.global(variableAt.get(variable)!);
      if (copy !== undefined) address = b.remote(kernelOps, address, Number(copy));
      const value = b.reg("i64");
      b.emit("load.i64", { dst: value, a: address, site: true });
      b.kop(2, [b.global(textAt.get(name)!), value]);
    }
  });
  source.tasks.forEach((task, i) => {
    build(`task${i}`, (b) => {
      const locals = new Map<string, number>();
      const emitSteps = (steps: readonly Step[]) => {
        for (const step of steps) {
          if (step.do === "until") {
            const head = b.startBlock();
            emitSteps(step.body);
            const seen = b.reg("i64");
            b.emit("load.i64", {
              dst: seen,
              a: b.global(variableAt.get(step.variable)!),
              flags: Flag.Marked,
              site: true,
            });
            const done = b.reg("i32");
            b.emit("i64.eq", { dst: done, a: seen, b: b.i64(step.value) });
            b.branch(done, head);
            continue;
          }
          if (step.do === "load") {
            const dst = b.reg("i64");
            locals.set(step.into, dst);
            b.emit("load.i64", {
              dst,
              a: b.global(variableAt.get(step.variable)!),
              flags: Flag.Marked,
              site: true,
            });
          } else if (step.do === "store") {
            let value: number;
            if (typeof step.value === "number") value = b.i64(step.value);
            else {
              value = b.reg("i64");
              b.emit("i64.add", { dst: value, a: locals.get(step.value.of)!, b: b.i64(step.value.plus) });
            }
            b.emit("store.i64", {
              a: b.global(variableAt.get(step.variable)!),
              b: value,
              flags: Flag.Marked,
              site: true,
            });
          } else if (step.do === "add") {
            const dst = step.into === undefined ? -1 : b.reg("i64");
            if (step.into !== undefined) locals.set(step.into, dst);
            b.emit("rmw.add64", {
              dst,
              a: b.global(variableAt.get(step.variable)!),
              b: b.i64(step.amount),
              flags: Flag.Marked,
              site: true,
            });
          } else if (step.do === "observe") {
            b.kop(2, [b.global(textAt.get(step.name)!), locals.get(step.value)!]);
          } else if (step.do === "remote") {
            const address = b.remote(kernelOps, b.global(variableAt.get(step.variable)!), step.cpu);
            const old = b.reg("i64");
            b.emit("load.i64", { dst: old, a: address, site: true });
            if (step.plus !== 0) {
              const value = b.reg("i64");
              b.emit("i64.add", { dst: value, a: old, b: b.i64(step.plus) });
              b.emit("store.i64", { a: address, b: value, site: true });
            }
          } else {
            const index = kernelOps.indexOf(step.name);
            const dst = step.into === undefined ? -1 : b.reg("i64");
            if (step.into !== undefined) locals.set(step.into, dst);
            b.kop(
              index,
              step.args.map((a) => (typeof a === "number" ? b.i64(a) : b.global(variableAt.get(a.address)!))),
              dst,
            );
          }
        }
      };
      emitSteps(task.steps);
    });
  });
  for (const fn of functions) {
    forEachDeadSet(fn, (instr, _block, _index, dead) => {
      sites[instr.site].dead = dead;
    });
  }
  return {
    functions,
    functionIndex: Object.fromEntries(functions.map((f, i) => [f.symbol, i])),
    globals,
    image: {
      base: AddressSpace.First,
      rodataEnd,
      dataEnd,
      bytes: Uint8Array.from(bytes),
      percpu: new Uint8Array(percpuSize),
      percpuSize,
    },
    kernelOps,
    constructors: [],
    destructors: [],
    files: [],
    locs: [],
    sites,
  };
}

class Builder {
  readonly regs: RegType[] = [];
  readonly blocks: Instr[][] = [[]];

  constructor(
    private readonly fn: number,
    private readonly sites: Site[],
  ) {}

  reg(type: RegType): number {
    this.regs.push(type);
    return this.regs.length - 1;
  }

  emit(
    op: Opcode,
    fields: {
      dst?: number;
      a?: number;
      b?: number;
      imm?: number;
      immHi?: number;
      args?: number[];
      flags?: number;
      targets?: number[];
      site?: boolean;
    },
  ): void {
    let site = -1;
    if (fields.site) {
      site = this.sites.length;
      this.sites.push({
        fn: this.fn,
        block: this.blocks.length - 1,
        index: this.blocks[this.blocks.length - 1].length,
        loc: -1,
        what: null,
        isPointer: false,
        dead: [],
      });
    }
    this.blocks[this.blocks.length - 1].push({
      op,
      dst: fields.dst ?? -1,
      a: fields.a ?? -1,
      b: fields.b ?? -1,
      c: -1,
      imm: fields.imm ?? 0,
      immHi: fields.immHi ?? 0,
      args: fields.args ?? null,
      targets: fields.targets ?? null,
      cases: null,
      flags: fields.flags ?? 0,
      loc: -1,
      site,
    });
  }

  /** Ends the block with a jump to a new one: its number. */
  startBlock(): number {
    const made = this.blocks.length;
    this.emit("jmp", { targets: [made] });
    this.blocks.push([]);
    return made;
  }

  /** On into a new block if the register is not 0, else back. */
  branch(condition: number, back: number): void {
    this.emit("br", { a: condition, targets: [this.blocks.length, back] });
    this.blocks.push([]);
  }

  i32(value: number): number {
    const r = this.reg("i32");
    this.emit("const.i32", { dst: r, imm: value });
    return r;
  }

  i64(value: number): number {
    const r = this.reg("i64");
    this.emit("const.i64", { dst: r, imm: value, immHi: value < 0 ? -1 : 0 });
    return r;
  }

  /** Address of a global; with index -1 the address of a function. */
  global(index: number, fn = 0): number {
    const r = this.reg("i64");
    if (index < 0) this.emit("addr.func", { dst: r, imm: fn });
    else this.emit("addr.global", { dst: r, immHi: index });
    return r;
  }

  kop(op: number, args: number[], dst = -1): void {
    this.emit("kop", { imm: op, args, dst, site: true });
  }

  /** Address of CPU `cpu`'s copy behind a cookie. */
  remote(kernelOps: readonly string[], cookie: number, cpu: number): number {
    const r = this.reg("i64");
    this.kop(kernelOps.indexOf("per_cpu_ptr"), [cookie, this.i32(cpu)], r);
    return r;
  }
}
