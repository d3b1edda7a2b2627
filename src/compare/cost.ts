// Costs of one straight run on each side, put side by side function by function.

import type { Prepared } from "../compile/prepare.js";
import type { Kernel } from "../explore/explore.js";
import { straight } from "../explore/replay.js";
import type { FunctionCost } from "../explore/result.js";
import type { CostTable } from "../report/model.js";

export function compareCost(before: Prepared, after: Prepared, kernel: Kernel): CostTable {
  return { name: before.name, rows: costRows(costsOf(before, kernel), costsOf(after, kernel)) };
}

function costsOf({ program, entry, config }: Prepared, kernel: Kernel): FunctionCost[] {
  return straight(program, entry, kernel, config).costs;
}

/** Functions that ran on either side, in the order of the first side. */
export function costRows(before: readonly FunctionCost[], after: readonly FunctionCost[]): CostTable["rows"] {
  const rows = new Map<string, CostTable["rows"][number]>();
  for (const cost of before) {
    if (cost.operations > 0) rows.set(cost.function, { function: cost.function, before: cost, after: null });
  }
  for (const cost of after) {
    if (cost.operations === 0) continue;
    const row = rows.get(cost.function);
    if (row === undefined) rows.set(cost.function, { function: cost.function, before: null, after: cost });
    else row.after = cost;
  }
  return [...rows.values()];
}
