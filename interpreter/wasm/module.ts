// From a program to the bytes of a WebAssembly module, and the tables by which the driver finds its way in.

import type { Program } from "../ir/program.js";
import type { CompiledCode } from "../machine/code.js";
import type { HeapUse } from "../machine/host.js";
import type { MemoryMap } from "../machine/layout.js";
import { Body, ValType, Wasm, Writer } from "./encoder.js";
import { emitFast } from "./fast.js";
import { type EngineMap, mapEngine } from "./layout.js";
import { emitPlain, plainFunctions } from "./plain.js";
import { canCompile, type FunctionPlan, planFunction } from "./plan.js";
import { emitResumable, loopState, reloadState } from "./resumable.js";
import { emitAllocate, emitRelease } from "./runtime.js";
import { Runtime, Unit } from "./unit.js";

export interface WasmCode {
  readonly bytes: Uint8Array;
  readonly engine: EngineMap;
  /** 1 for functions that are in the module. */
  readonly compiled: Uint8Array;
  /** State behind each site, or -1 where only the register machine can go on. */
  readonly stateOfSite: Int32Array;
  /** By function: states at the begin of blocks where loops go round, by block, else -1; null where there are none. */
  readonly stateOfLoop: readonly (Int32Array | null)[];
  readonly signatures: Int32Array;
}

const IMPORTS: readonly (readonly [string, number, boolean])[] = [
  ["slow", 2, true],
  ["outside", 2, false],
  ["deep", 3, true],
  ["outOfFuel", 2, false],
];

export function buildModule(
  program: Program,
  code: CompiledCode,
  map: MemoryMap,
  heapUses: readonly (HeapUse | null)[],
): WasmCode {
  const engine = mapEngine(map, program.functions.length);
  const indices = program.functions.flatMap((fn, f) => (canCompile(fn) ? [f] : []));
  const unit = new Unit(program, code, map, engine, indices, heapUses);
  const plans: FunctionPlan[] = indices.map((f) => planFunction(program.functions[f], f));
  const kinds = plainFunctions(program, plans);
  // A plain form is begun from a function with calls; what it calls needs one too.
  const plain = kinds.includes(1) ? plans.filter(({ index }) => kinds[index] !== 0) : [];
  unit.setPlans(
    plans,
    plain.map(({ index }) => index),
  );
  const stateOfSite = new Int32Array(program.sites.length).fill(-1);
  const signatures = new Int32Array(program.functions.length);
  const compiled = new Uint8Array(program.functions.length);
  const stateOfLoop: (Int32Array | null)[] = program.functions.map(() => null);
  for (const plan of plans) {
    compiled[plan.index] = 1;
    signatures[plan.index] = unit.signature(plan.index).signature;
    for (const site of plan.list) stateOfSite[site.site] = reloadState(site);
    if (plan.hasLoop) {
      stateOfLoop[plan.index] = Int32Array.from(plan.fn.blocks, (_, b) =>
        plan.liveAtLoop.has(b) ? loopState(plan, b) : -1,
      );
    }
  }

  const I32 = ValType.I32;
  const resumable = unit.type([I32, I32], [I32]);
  const enter = unit.type([I32, I32, I32], [I32]);
  const allocate = unit.type([ValType.I64, I32], [I32]);
  const release = unit.type([ValType.I64], [I32]);
  const importTypes = IMPORTS.map(([, params, result]) =>
    unit.type(new Array(params).fill(I32), result ? [I32] : []),
  );

  const bodies = new Writer(1 << 16);
  const body = new Body(1 << 12);
  const finish = () => {
    bodies.u32(body.length);
    bodies.append(body);
    body.reset();
  };
  bodies.u32(2 * plans.length + Runtime.Count + plain.length);
  for (const plan of plans) {
    emitFast(unit, plan, body);
    finish();
  }
  for (const plan of plans) {
    emitResumable(unit, plan, body);
    finish();
  }
  for (const raw of [false, true]) {
    emitAllocate(unit, body, raw);
    finish();
  }
  emitRelease(unit, body);
  finish();
  // enter(function, frame, state): the one way in.
  const count = program.functions.length;
  body.u32(0);
  body.get(1);
  body.get(2);
  body.get(0);
  body.i32(count);
  body.op(Wasm.I32Add);
  body.op(Wasm.CallIndirect);
  body.u32(resumable);
  body.u8(0);
  body.end();
  finish();
  for (const plan of plain) {
    emitPlain(unit, plan, body);
    finish();
  }

  const out = new Writer(bodies.length + (1 << 12));
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.u8(byte);
  const section = new Writer(1 << 12);
  const write = (id: number) => {
    out.section(id, section);
    section.reset();
  };
  section.u32(unit.typeCount());
  section.append(unit.typeSection);
  write(1);
  section.u32(IMPORTS.length + 1);
  IMPORTS.forEach(([name], i) => {
    section.name("m");
    section.name(name);
    section.u8(0);
    section.u32(importTypes[i]);
  });
  section.name("m");
  section.name("memory");
  section.u8(2);
  section.u8(1);
  section.u32(engine.total >>> 16);
  section.u32(65536);
  write(2);
  section.u32(2 * plans.length + Runtime.Count + plain.length);
  for (const plan of plans) section.u32(unit.signature(plan.index).type);
  for (let i = 0; i < plans.length; i++) section.u32(resumable);
  for (const type of [allocate, allocate, release, enter]) section.u32(type);
  for (const plan of plain) section.u32(unit.signature(plan.index).type);
  write(3);
  section.u32(1);
  section.u8(0x70);
  section.u8(0);
  section.u32(2 * count);
  write(4);
  section.u32(1);
  section.name("enter");
  section.u8(0);
  section.u32(unit.runtimeIndex(Runtime.Enter));
  write(7);
  if (plans.length > 0) {
    section.u32(2 * plans.length);
    for (const plan of plans) {
      for (const [at, index] of [
        [plan.index, unit.fastIndex(plan.index)],
        [count + plan.index, unit.resumableIndex(plan.index)],
      ]) {
        section.u8(0);
        section.u8(Wasm.I32Const);
        section.s32(at);
        section.u8(Wasm.End);
        section.u32(1);
        section.u32(index);
      }
    }
    write(9);
  }
  out.section(10, bodies);
  return { bytes: out.finish(), engine, compiled, stateOfSite, stateOfLoop, signatures };
}
