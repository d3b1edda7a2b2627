// The boxed before/after table of the kernel's 0-day robot mails: kernel people read it without a legend.

import type { Style } from "./style.js";

/** A row of the box; `undefined` cells stay empty. A row that is only a label heads the rows below it. */
export interface BoxRow {
  label: string;
  before?: string;
  after?: string;
  /** The last column: what became of it. */
  mark?: string;
  paint?: keyof Style;
}

const NUMBER_WIDTH = 12;

export function box(rows: readonly BoxRow[], style: Style, width: number): string[] {
  const markWidth = Math.max(4, ...rows.map((row) => (row.mark ?? "").length));
  const wanted = Math.max(24, ...rows.map((row) => row.label.length));
  const labelWidth = Math.min(wanted, Math.max(24, width - 2 * (NUMBER_WIDTH + 3) - (markWidth + 3) - 4));
  const ruler = `+${[labelWidth, NUMBER_WIDTH, NUMBER_WIDTH, markWidth].map((w) => "-".repeat(w + 2)).join("+")}+`;
  const line = (row: BoxRow): string[] => {
    const labels = split(row.label, labelWidth);
    return labels.map((label, i) => {
      const last = i === labels.length - 1;
      const cells = [
        label.padEnd(labelWidth),
        (last ? (row.before ?? "") : "").padEnd(NUMBER_WIDTH),
        (last ? (row.after ?? "") : "").padEnd(NUMBER_WIDTH),
        (last ? (row.mark ?? "") : "").padEnd(markWidth),
      ];
      const painted = row.paint === undefined ? cells : cells.map(style[row.paint]);
      return `| ${painted.join(" | ")} |`;
    });
  };
  const head = `| ${"".padEnd(labelWidth)} | ${"   before".padEnd(NUMBER_WIDTH)} | ${"   after".padEnd(NUMBER_WIDTH)} | ${"".padEnd(markWidth)} |`;
  return [ruler, head, ruler, ...rows.flatMap(line), ruler];
}

/** A label that is too long goes on in the next line; it is a key, so nothing of it is cut off. */
function split(label: string, width: number): string[] {
  if (label.length <= width) return [label];
  const indent = `${/^ */.exec(label)![0]}  `;
  const lines: string[] = [];
  let rest = label;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const at = space > indent.length ? space : width;
    lines.push(rest.slice(0, at));
    rest = indent + rest.slice(space > indent.length ? at + 1 : at);
  }
  lines.push(rest);
  return lines;
}
