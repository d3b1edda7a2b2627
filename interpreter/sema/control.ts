// What constants alone decide about control flow. The checker (flow.ts) and lowering both ask here, because they must
// agree: code that the checker takes for dead was not asked which addresses it takes and which functions it calls, so
// lowering must not find a way into it. What is decided here, lowering's conditions decide too, operator by operator.

import { isDecimalZero } from "../decimal/bid.js";
import { integerOf } from "./constant.js";
import type { CastExpr, Expr, Stmt } from "./tree.js";
import type { CType } from "./types.js";

/** Whether the expression is true, where that does not depend on what the program does; it may still have effects. */
export function constantTruth(expr: Expr): boolean | null {
  if (expr.kind === "int") return expr.value !== 0n;
  if (expr.kind === "float") return expr.value !== 0;
  if (expr.kind === "decimal") return !isDecimalZero(expr.bits, expr.type.size);
  if (expr.kind === "comma") return constantTruth(expr.right);
  if (expr.kind === "cast") return keepsTruth(expr) ? constantTruth(expr.operand) : null;
  if (expr.kind === "logical") {
    const left = constantTruth(expr.left);
    const right = constantTruth(expr.right);
    if (expr.op === "and")
      return left === false || right === false ? false : left === true && right === true ? true : null;
    return left === true || right === true ? true : left === false && right === false ? false : null;
  }
  return null;
}

/** Is the result of the cast zero exactly when its operand is? */
export function keepsTruth(cast: CastExpr): boolean {
  if (cast.conversion === "bits" || cast.conversion === "bool") return cast.operand.type.kind !== "record";
  return cast.conversion === "int" && bitsOf(cast.type) >= bitsOf(cast.operand.type);
}

/** Of integers and pointers. */
function bitsOf(type: CType): number {
  return integerOf(type)?.bits ?? 64;
}

/** Which statements can be entered otherwise than at their beginning. */
export class LabelFinder {
  readonly #found = new Map<Stmt, boolean>();

  /** Does the statement contain a label or case? Nobody jumps into statement expressions, so they do not count. */
  isIn(stmt: Stmt): boolean {
    const known = this.#found.get(stmt);
    if (known !== undefined) return known;
    const found = this.#lookFor(stmt);
    this.#found.set(stmt, found);
    return found;
  }

  #lookFor(stmt: Stmt): boolean {
    switch (stmt.kind) {
      case "label":
      case "case":
        return true;
      case "block":
        return stmt.body.some((inner) => this.isIn(inner));
      case "if": {
        let at: Stmt | null = stmt;
        // Else-if chains may be long.
        while (at !== null && at.kind === "if") {
          if (this.isIn(at.consequent)) return true;
          at = at.alternate;
        }
        return at !== null && this.isIn(at);
      }
      case "loop":
      case "switch":
        return this.isIn(stmt.body);
      default:
        return false;
    }
  }
}
