// Inline assembly. An empty template is no code: it is a barrier for the compiler, or it moves values that the
// compiler shall not look through (the kernel's barrier(), OPTIMIZER_HIDE_VAR(), and their like). That much has a
// meaning here. Any instruction is refused by name.

import type * as ast from "../syntax/ast.js";
import { stringText } from "./attributes.js";
import type { Context, Operand } from "./context.js";
import { convert, isPlace, isScalar, rvalue } from "./convert.js";
import { expression } from "./expressions.js";
import { useLabel } from "./labels.js";
import { assign } from "./mutate.js";
import type { Expr, Stmt } from "./tree.js";
import { Qual } from "./types.js";

export function asmStatement(cx: Context, node: ast.Asm): Stmt {
  const at = node.first;
  const template = stringText(node.template).trim();
  if (template !== "" || node.isGoto) {
    // The operands may be wrong C all the same.
    for (const operand of node.outputs) checkOutput(cx, at, expression(cx, operand.value));
    for (const operand of node.inputs) rvalue(cx, expression(cx, operand.value));
    for (const label of node.labels) useLabel(cx, label);
    cx.unsupported(at, asmName(template, node.isGoto));
    return { kind: "empty", at };
  }
  const body: Stmt[] = [];
  const targets = node.outputs.map((operand) => expression(cx, operand.value));
  for (const target of targets) {
    if (!checkOutput(cx, at, target)) return { kind: "empty", at };
    // Where the result would go is computed, once; nothing comes.
    const isVolatile = (target.type.quals & Qual.Volatile) !== 0;
    if (target.kind !== "object" && target.kind !== "invalid" && isScalar(target.type) && !isVolatile) {
      body.push({ kind: "expr", at, expr: convert(cx, rvalue(cx, target), cx.types.void, true) });
    }
  }
  for (const input of node.inputs) {
    const value = rvalue(cx, expression(cx, input.value));
    const index = matchedOutput(node, stringText(input.constraint));
    // "0" (value): the output's register starts with the value and, as nothing happens, keeps it.
    const expr = index === null ? value : moveTo(cx, targets[index]!, value);
    body.push({ kind: "expr", at: expr.at, expr });
  }
  const barrier: Expr = {
    kind: "builtin",
    at,
    first: node.first,
    last: node.last,
    type: cx.types.void,
    op: "compiler-barrier",
    args: [],
  };
  if (node.clobbers.some((clobber) => stringText(clobber) === "memory"))
    body.push({ kind: "expr", at, expr: barrier });
  return { kind: "block", at, body, locals: [], leave: [] };
}

function checkOutput(cx: Context, at: number, target: Operand): boolean {
  if (target.kind === "invalid" || isPlace(target)) return true;
  cx.error(at, "lvalue required in 'asm' statement");
  return false;
}

/** Registers have no types: a pointer may go in and a number come out. */
function moveTo(cx: Context, target: Operand, value: Expr): Expr {
  const scalars = isScalar(target.type) && isScalar(value.type);
  return assign(cx, value, target, scalars ? convert(cx, value, target.type, false) : value);
}

function matchedOutput(node: ast.Asm, constraint: string): number | null {
  const digit = /^\s*(\d+)\s*$/.exec(constraint);
  if (digit !== null) return Number(digit[1]) < node.outputs.length ? Number(digit[1]) : null;
  const symbol = /^\s*\[(\w+)\]\s*$/.exec(constraint);
  if (symbol === null) return null;
  const index = node.outputs.findIndex((output) => output.symbol?.name === symbol[1]);
  return index < 0 ? null : index;
}

export function asmName(template: string, isGoto = false): string {
  const line = template.split(/[\n;]/)[0]!.trim();
  const text = line.length > 40 ? `${line.slice(0, 40)}...` : line;
  return `inline assembly${isGoto ? " with jumps" : ""}${text === "" ? "" : ` '${text}'`}`;
}
