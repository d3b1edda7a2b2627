// The layout of structs and unions with members of variable size (a GNU extension), and of those too large for `number`.
//
// In: members as layout.ts takes them. Out: the record complete, its size an amount, and each member behind one of
// variable size with a base of its own; what has to be computed for them is queued in `cx.bounds`, as the bounds of
// the arrays themselves are, so that both happen where the declaration is reached, once.
//
// Up to the first member of variable size everything lies as in any record. Behind it a plain member's base is the end
// of the one before, rounded up to its alignment. Bit-fields there follow each other bit by bit from the end of the last
// plain member on: gcc heeds the boundaries of their types only as long as it knows where it is.

import type { Context, Where } from "./context.js";
import { intExpr } from "./convert.js";
import {
  alignOf,
  alignOfField,
  completeRecord,
  type FieldSpec,
  isVariableLength,
  type Piece,
  placeMembers,
  type RecordAttributes,
  sizeOf,
} from "./layout.js";
import { arithmetic, compare, conditional, sizeExpr } from "./operators.js";
import type { Expr } from "./tree.js";
import type { Amount, RecordDecl } from "./types.js";

export function layoutVariable(
  cx: Context,
  decl: RecordDecl,
  specs: readonly FieldSpec[],
  attributes: RecordAttributes,
): void {
  const where = { at: decl.at, first: decl.at, last: decl.at };
  const first = decl.union ? specs.length : specs.findIndex((spec) => isVariableLength(spec.type)) + 1;
  const head = specs.slice(0, first);
  const { starts, end, align } = placeMembers(head, attributes, decl.union);
  decl.packed = attributes.packed;
  decl.align = Math.max(align, attributes.align);
  if (cx.fn !== null) cx.fn.variableRecords = true;

  let size = intExpr(where, cx.types.ulong, BigInt(Math.ceil(end / 8))) as Expr;
  const pieces: Piece[] = [{ specs: head, starts, size: Math.ceil(end / 8), base: null }];
  if (decl.union) {
    for (const spec of specs)
      if (isVariableLength(spec.type)) size = larger(cx, where, size, sizeExpr(cx, spec.type));
  } else {
    size = arithmetic(cx, where, "add", size, sizeExpr(cx, head[head.length - 1]!.type));
    size = placeBehind(cx, where, decl, specs.slice(first), attributes, size, pieces);
  }
  decl.size = -1;
  decl.variableSize = amountOf(cx, where, roundUp(cx, where, size, decl.align));
  completeRecord(decl, pieces, attributes.reversed);
}

/** The members behind the first one of variable size, which ends at `end`; gives where the last one ends. */
function placeBehind(
  cx: Context,
  where: Where,
  decl: RecordDecl,
  specs: readonly FieldSpec[],
  attributes: RecordAttributes,
  end: Expr,
  pieces: Piece[],
): Expr {
  for (let i = 0; i < specs.length; ) {
    const spec = specs[i]!;
    const align = alignOfField(spec, attributes.packed || spec.packed, attributes.pack, 0);
    if (spec.width <= 0) {
      decl.align = Math.max(decl.align, spec.width < 0 ? align : 1);
      const base = roundUp(cx, where, end, align);
      pieces.push({ specs: [spec], starts: [0], size: 0, base: amountOf(cx, where, base) });
      end = base;
      if (spec.width < 0 && sizeOf(spec.type) !== 0) {
        end = arithmetic(
          cx,
          where,
          "add",
          end,
          isFlexible(spec) ? intExpr(where, cx.types.ulong, 0n) : sizeExpr(cx, spec.type),
        );
      }
      i++;
      continue;
    }
    let next = i;
    while (next < specs.length && specs[next]!.width > 0) next++;
    const run = specs.slice(i, next);
    const placed = placeMembers(run, { ...attributes, packed: true }, false);
    for (const { name, type } of run) {
      if (name !== null && !attributes.packed) decl.align = Math.max(decl.align, alignOf(type));
    }
    const size = Math.ceil(placed.end / 8);
    pieces.push({ specs: run, starts: placed.starts, size, base: amountOf(cx, where, end) });
    end = arithmetic(cx, where, "add", end, intExpr(where, cx.types.ulong, BigInt(size)));
    i = next;
  }
  return end;
}

function isFlexible({ type }: FieldSpec): boolean {
  return type.kind === "array" && type.length === null && type.vla === null;
}

function larger(cx: Context, where: Where, a: Expr, b: Expr): Expr {
  return conditional(cx, where, compare(cx, where, ">", "gt", a, b), a, b);
}

function roundUp(cx: Context, where: Where, value: Expr, align: number): Expr {
  if (align <= 1) return value;
  const above = arithmetic(cx, where, "add", value, intExpr(where, cx.types.ulong, BigInt(align - 1)));
  const mask = intExpr(where, cx.types.ulong, BigInt.asUintN(64, BigInt(-align)));
  return arithmetic(cx, where, "and", above, mask);
}

/** The value as an amount: kept in a temp from the moment that the declaration is reached, unless it is constant. */
function amountOf(cx: Context, where: Where, value: Expr): Amount {
  if (value.kind === "int") return value.value;
  if (value.kind === "temp") return value.temp;
  const temp = cx.newTemp(cx.types.ulong);
  const { at, first, last } = where;
  cx.bounds.push({ kind: "set-temp", at, first, last, type: cx.types.ulong, temp, value });
  return temp;
}
