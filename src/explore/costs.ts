// What each function cost in one straight run: executions per instruction, added up.

import type { Machine } from "../../interpreter/api.js";
import type { FunctionCost } from "./result.js";

export function costsOf(machine: Machine): FunctionCost[] {
  const { program, code, profile } = machine;
  if (profile === null) return [];
  const costs: FunctionCost[] = program.functions.map((fn) => ({
    function: fn.name,
    calls: 0,
    operations: 0,
    loads: 0,
    stores: 0,
    atomics: 0,
    locks: 0,
    barriers: 0,
  }));
  for (let i = 0; i < profile.length; i++) {
    if (profile[i] > 0) costs[code.functionOfPc[i]].operations += profile[i] * code.weight[i];
  }
  program.functions.forEach((fn, f) => {
    costs[f].calls = profile[code.entries[f] >> 3];
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.site < 0 || code.pcOfSite[instr.site] < 0) continue;
        const times = profile[code.pcOfSite[instr.site] >> 3];
        if (times === 0) continue;
        if (instr.op.startsWith("load.")) costs[f].loads += times;
        else if (instr.op.startsWith("store.")) costs[f].stores += times;
        else if (instr.op.startsWith("rmw.") || instr.op.startsWith("cmpxchg")) costs[f].atomics += times;
        else if (instr.op === "fence") costs[f].barriers += times;
        else if (instr.op === "kop") {
          const cost = machine.objectOf(instr.imm)?.cost;
          costs[f].atomics += times * (cost?.atomics ?? 0);
          costs[f].locks += times * (cost?.locks ?? 0);
          costs[f].barriers += times * (cost?.barriers ?? 0);
        }
      }
    }
  });
  return costs.filter((c) => c.operations > 0);
}
