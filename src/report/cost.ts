// What functions cost before and after, in the form of `perf diff`: share of all operations before, change of
// the share in points, symbol; behind that the counts that explain it. An empty Baseline is new in the second
// run, an empty Delta is gone. Numbers come from one straight run on each side, so they are exact, not sampled.

import type { FunctionCost } from "../explore/result.js";
import { count } from "./layout.js";
import type { CostRow, CostTable } from "./model.js";

const COLUMNS: readonly { title: string; of: (cost: FunctionCost) => number }[] = [
  { title: "operations", of: (c) => c.operations },
  { title: "atomic RMWs", of: (c) => c.atomics },
  { title: "lock acqs", of: (c) => c.locks },
  { title: "barriers", of: (c) => c.barriers },
];

/** Rows below this share on both sides that did not change are summed up, unless `all`. */
const SMALL_SHARE = 0.02;

export function costTable(table: CostTable, all = false): string[] {
  const before = total(table.rows.map((row) => row.before));
  const after = total(table.rows.map((row) => row.after));
  const rows = [...table.rows].sort((a, b) => weight(b, before, after) - weight(a, before, after));
  const shown = rows.filter((row) => all || matters(row, before, after));
  const cells = shown.map((row) => [
    row.before === null ? "" : percent(row.before.operations / before),
    row.after === null ? "" : delta(share(row.after, after) - share(row.before, before)),
    ...COLUMNS.map(({ of }) =>
      change(row.before === null ? null : of(row.before), row.after === null ? null : of(row.after)),
    ),
    `[k] ${row.function}`,
  ]);
  const sums = COLUMNS.map(({ of }) => change(sum(table.rows, "before", of), sum(table.rows, "after", of)));
  cells.push([percent(1), "", ...sums, "all functions"]);
  const heads = ["Baseline", "Delta Abs", ...COLUMNS.map((c) => c.title), "Symbol"];
  const widths = heads.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padStart(widths[i]!))).join("  ");
  const lines = [
    `# Straight run of '${table.name}': each task to its end, in order; nothing contended`,
    "# Event 'operations'",
    "#",
    `# ${line(heads)}`,
    `# ${widths.map((w, i) => ".".repeat(i === widths.length - 1 ? Math.max(w, 27) : w)).join("  ")}`,
    "#",
    ...cells.map((row) => `  ${line(row)}`.trimEnd()),
  ];
  const left = table.rows.length - shown.length;
  if (left > 0) lines.push(`# ${left} more function${left === 1 ? "" : "s"} under 2 % and unchanged`);
  return lines;
}

function share(cost: FunctionCost | null, all: number): number {
  return cost === null || all === 0 ? 0 : cost.operations / all;
}

function weight(row: CostRow, before: number, after: number): number {
  return Math.max(share(row.before, before), share(row.after, after));
}

function matters(row: CostRow, before: number, after: number): boolean {
  if (row.before === null || row.after === null) return true;
  return (
    weight(row, before, after) >= SMALL_SHARE || COLUMNS.some(({ of }) => of(row.before!) !== of(row.after!))
  );
}

function total(costs: readonly (FunctionCost | null)[]): number {
  return costs.reduce((all, cost) => all + (cost?.operations ?? 0), 0);
}

function sum(rows: readonly CostRow[], side: "before" | "after", of: (cost: FunctionCost) => number): number {
  return rows.reduce((all, row) => all + (row[side] === null ? 0 : of(row[side])), 0);
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)}%`;
}

function delta(points: number): string {
  const text = (points * 100).toFixed(2);
  return `${points >= 0 && !text.startsWith("-") ? "+" : ""}${text}%`;
}

/** "12 -> 9", or one number where nothing changed. */
function change(before: number | null, after: number | null): string {
  if (before === after) return before === null ? "" : count(before);
  return `${before === null ? "-" : count(before)} -> ${after === null ? "-" : count(after)}`;
}
