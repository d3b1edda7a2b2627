// The reference of the operations as Markdown, made from their table.

import { Check, OPS, type Opcode, type OpInfo, Trap } from "./ops.js";
import { Flag } from "./program.js";

const GROUPS: readonly (readonly [string, (op: string) => boolean])[] = [
  ["Constants, moves and addresses", (op) => /^(const|addr)\.|^(mov|select)$/.test(op)],
  ["Conversions", (op) => /\.(wrap|extend|trunc_|convert|demote|promote|reinterpret|ext32)/.test(op)],
  ["32-bit integers", (op) => op.startsWith("i32.")],
  ["64-bit integers", (op) => op.startsWith("i64.")],
  ["32-bit floats", (op) => op.startsWith("f32.")],
  ["64-bit floats", (op) => op.startsWith("f64.")],
  ["Loads and stores", (op) => /^(load|store)\./.test(op)],
  ["Atomic operations", (op) => /^(rmw\.|cmpxchg|fence)/.test(op)],
  ["Blocks of memory and the stack", (op) => /^(mem|stack\.|local\.)/.test(op)],
  ["Calls", (op) => /^(call|calli|kop|decimal|setjmp|longjmp)$/.test(op)],
  ["What the C promises", (op) => /^(check\.|undef$)/.test(op)],
  ["Control flow", () => true],
];

export function renderOpReference(): string {
  const lines = [
    "# The intermediate representation",
    "",
    "Made from `interpreter/ir/ops.ts` by `scripts/ir-docs.mjs`: change the table, not this file.",
    "",
    "What a program consists of is described in `interpreter/ir/program.ts`. A function is a graph of basic blocks",
    "over typed virtual registers. `dst`, `a`, `b`, `c` are registers, `imm` is the immediate, `r[x]` the content of",
    "register x. Integer arithmetic wraps. An i32 register holds every C type of up to 32 bits, extended as its C",
    "type says. *Site* marks operations in front of which a context can rest, or at which something can be reported.",
  ];
  const left = new Set(Object.keys(OPS) as Opcode[]);
  for (const [title, belongs] of GROUPS) {
    const ops = [...left].filter(belongs);
    for (const op of ops) left.delete(op);
    lines.push(
      "",
      `## ${title}`,
      "",
      "| operation | operands | result | meaning | site |",
      "|---|---|---|---|---|",
    );
    for (const op of ops) lines.push(row(op, OPS[op]));
  }
  lines.push("", "## Flags of memory operations", "");
  for (const [name, bit] of Object.entries(Flag)) if (bit !== 0) lines.push(`- \`${name}\` (${bit})`);
  lines.push("", "## Reasons of `trap`", "");
  for (const [name, value] of Object.entries(Trap)) lines.push(`- \`${name}\` (${value})`);
  lines.push("", "## What `check` reports", "");
  for (const [name, value] of Object.entries(Check)) lines.push(`- \`${name}\` (${value})`);
  return `${lines.join("\n")}\n`;
}

function row(op: string, info: OpInfo): string {
  const meaning = [info.synopsis, info.doc].filter((text) => text !== "").join(". ");
  const cells = [`\`${op}\``, info.in.join(", "), info.dst ?? "", meaning, info.site === true ? "yes" : ""];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
