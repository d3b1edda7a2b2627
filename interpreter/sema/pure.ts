// Expressions that do nothing when their value is not used: they touch no memory, call nobody and cannot trap.
// The kernel's type checks, `(void)(&a == &b)`, are of this kind and must not make `a` live in memory.

import type { Expr, Place } from "./tree.js";

export function isPure(expr: Expr): boolean {
  switch (expr.kind) {
    case "int":
    case "float":
    case "decimal":
    case "function":
    case "label":
    case "temp":
      return true;
    case "address":
      return isPurePlace(expr.place);
    case "unary":
    case "cast":
      return isPure(expr.operand);
    case "binary":
      switch (expr.op) {
        case "div":
        case "rem":
        case "shl":
        case "shr":
          return false;
        default:
          return isPure(expr.left) && isPure(expr.right);
      }
    case "compare":
    case "logical":
    case "comma":
    case "ptrdiff":
      return isPure(expr.left) && isPure(expr.right);
    case "ptradd":
      return isPure(expr.pointer) && isPure(expr.index);
    case "conditional":
      return isPure(expr.test) && isPure(expr.consequent) && isPure(expr.alternate);
    default:
      return false;
  }
}

/** Computing where the place is does nothing; reading it is another matter. */
function isPurePlace(place: Place): boolean {
  switch (place.kind) {
    case "object":
    case "string":
      return true;
    case "member":
      return isPurePlace(place.base);
    case "deref":
      return isPure(place.pointer);
    default:
      return false;
  }
}
