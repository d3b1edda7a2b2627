// Costs of one straight run on each side, put side by side function by function.

import type { Prepared } from "../compile/prepare.js";
import type { FunctionCost } from "../explore/result.js";
import type { Explorer } from "../jobs/explorer.js";
import type { CostTable } from "../report/model.js";
import { jobOn } from "./review-case.js";

export async function compareCost(
  before: Prepared,
  after: Prepared,
  explorer: Explorer,
  seconds: number,
): Promise<CostTable> {
  const costsOf = (prepared: Prepared): Promise<FunctionCost[]> =>
    explorer.costs(jobOn(prepared, prepared.name, seconds, undefined, { straight: true }));
  const [left, right] = await Promise.all([costsOf(before), costsOf(after)]);
  return { name: before.name, rows: costRows(left, right) };
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
