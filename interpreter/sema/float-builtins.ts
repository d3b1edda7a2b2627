// The builtins of floating point, binary and decimal: constants, tests, and comparisons that never trap.

import {
  type DecimalSize,
  decimalInfinity,
  decimalNanOf,
  isDecimalNegative,
  negateDecimal,
} from "../decimal/bid.js";
import { anyInvalid, type Handler, node, once, value, valueAs } from "./builtin-parts.js";
import type { Context, Where } from "./context.js";
import { decimalExpr, floatExpr, intExpr, invalid } from "./convert.js";
import { binary, compare as compareValues, conditional, negate } from "./operators.js";
import type { Expr } from "./tree.js";
import type { DecimalType, FloatType } from "./types.js";
import { caretOf } from "./where.js";

type Add = (name: string, min: number, max: number, handler: Handler) => void;

export function addFloating(add: Add): void {
  for (const kind of ["", "f", "l"] as const) {
    add(`inf${kind}`, 0, 0, floatConstant(Number.POSITIVE_INFINITY, kind));
    add(`huge_val${kind}`, 0, 0, floatConstant(Number.POSITIVE_INFINITY, kind));
    add(`nan${kind}`, 1, 1, floatConstant(Number.NaN, kind));
    add(`nans${kind}`, 1, 1, floatConstant(Number.NaN, kind));
    add(`fabs${kind}`, 1, 1, floatUnary("fabs", kind));
    add(`copysign${kind}`, 2, 2, copysign(kind));
    add(`isnan${kind}`, 1, 1, isNanTest);
    add(`isinf${kind}`, 1, 1, isInfTest);
    add(`finite${kind}`, 1, 1, isFiniteTest);
    add(`signbit${kind}`, 1, 1, signbit);
  }
  addDecimal(add);
  add("isfinite", 1, 1, isFiniteTest);
  add("isnormal", 1, 1, isNormalTest);
  add("isinf_sign", 1, 1, isInfTest);
  add("fpclassify", 6, 6, classify);
  const compares: Record<string, string> = { greater: ">", greaterequal: ">=", less: "<", lessequal: "<=" };
  for (const [name, op] of Object.entries(compares)) {
    add(
      `is${name}`,
      2,
      2,
      quietCompare((cx, where, x, y) => binary(cx, where, op, x, y)),
    );
  }
  const either = (op: "<" | "!=", swapped: boolean) =>
    quietCompare((cx, where, x, y) => {
      const first = op === "<" ? binary(cx, where, "<", x, y) : binary(cx, where, "!=", x, x);
      const second = swapped ? binary(cx, where, "<", y, x) : binary(cx, where, "!=", y, y);
      return binary(cx, where, "||", first, second);
    });
  add("islessgreater", 2, 2, either("<", true));
  add("isunordered", 2, 2, either("!=", false));
}

function floatConstant(known: number, kind: "" | "f" | "l"): Handler {
  return (cx, where) => floatExpr(where, floatType(cx, kind), known);
}

function floatType(cx: Context, kind: "" | "f" | "l"): FloatType {
  return kind === "f" ? cx.types.float : kind === "l" ? cx.types.longDouble : cx.types.double;
}

function floatUnary(op: "fabs", kind: "" | "f" | "l"): Handler {
  return (cx, where, args, name) => {
    const type = floatType(cx, kind);
    const operand = valueAs(cx, args[0]!, type, 0, name);
    if (operand.kind === "float") return floatExpr(where, type, Math.abs(operand.value));
    return operand.kind === "invalid" ? operand : node(where, op, type, [operand]);
  };
}

function copysign(kind: "" | "f" | "l"): Handler {
  return (cx, where, args, name) => {
    const type = floatType(cx, kind);
    const a = valueAs(cx, args[0]!, type, 0, name);
    const b = valueAs(cx, args[1]!, type, 1, name);
    return anyInvalid(a, b) ? invalid(cx, where) : node(where, "copysign", type, [a, b]);
  };
}

/** A test of one floating value, which is evaluated once. */
function floatTest(
  test: (cx: Context, where: Where, x: Expr, type: FloatType) => Expr,
  decimal: ((cx: Context, where: Where, x: Expr) => Expr) | null = null,
): Handler {
  return (cx, where, args, name) => {
    const given = value(cx, args[0]!);
    if (given.kind === "invalid") return given;
    if (given.type.kind === "decimal") {
      if (decimal !== null) return once(cx, where, given, (x) => decimal(cx, where, x));
      // gcc 12 breaks off with an internal error here.
      cx.unsupported(where.at, `'${name}' of a decimal value`);
      return invalid(cx, where);
    }
    if (given.type.kind !== "float") {
      cx.error(caretOf(cx.tokens, args[0]!), `non-floating-point argument in call to function '${name}'`);
      return invalid(cx, where);
    }
    const type = given.type;
    return once(cx, where, given, (x) => test(cx, where, x, type));
  };
}

const isOther = (cx: Context, where: Where, x: Expr) => compareValues(cx, where, "!=", "ne", x, x);
const isNanTest = floatTest(isOther, isOther);

function against(cx: Context, where: Where, op: string, x: Expr, bound: number, type: FloatType): Expr {
  return binary(cx, where, op, x, floatExpr(where, type, bound));
}

const isInfTest = floatTest((cx, where, x, type) => {
  const one = (n: bigint) => intExpr(where, cx.types.int, n);
  const low = against(cx, where, "==", x, Number.NEGATIVE_INFINITY, type);
  const high = against(cx, where, "==", x, Number.POSITIVE_INFINITY, type);
  return conditional(cx, where, high, one(1n), conditional(cx, where, low, one(-1n), one(0n)));
});

function largest(type: FloatType): number {
  return type.size === 4 ? 3.4028234663852886e38 : Number.MAX_VALUE;
}

function smallestNormal(type: FloatType): number {
  return type.size === 4 ? 1.1754943508222875e-38 : 2.2250738585072014e-308;
}

const isFiniteTest = floatTest((cx, where, x, type) =>
  binary(
    cx,
    where,
    "&&",
    against(cx, where, ">=", x, -largest(type), type),
    against(cx, where, "<=", x, largest(type), type),
  ),
);

const isNormalTest = floatTest((cx, where, x, type) => {
  const size = node(where, "fabs", type, [x]);
  const low = against(cx, where, ">=", size, smallestNormal(type), type);
  return binary(cx, where, "&&", low, against(cx, where, "<=", size, largest(type), type));
});

function decimalSign(cx: Context, where: Where, x: Expr): Expr {
  if (x.kind !== "decimal") return node(where, "signbit", cx.types.int, [x]);
  return intExpr(where, cx.types.int, isDecimalNegative(x.bits, x.type.size) ? 1n : 0n);
}

const signbit = floatTest((cx, where, x) => {
  if (x.kind === "float") {
    const negative = x.value < 0 || Object.is(x.value, -0);
    return intExpr(where, cx.types.int, negative ? 1n : 0n);
  }
  return node(where, "signbit", cx.types.int, [x]);
}, decimalSign);

/** fpclassify(nan, infinite, normal, subnormal, zero, x) */
const classify: Handler = (cx, where, args, name) => {
  const [nan, infinite, normal, subnormal, zero] = args.slice(0, 5).map((arg) => value(cx, arg));
  return floatTest((_cx, at, x, type) => {
    const size = node(at, "fabs", type, [x]);
    const pick = (test: Expr, then: Expr, otherwise: Expr) => conditional(cx, at, test, then, otherwise);
    const small = pick(against(cx, at, "==", x, 0, type), zero!, subnormal!);
    const finite = pick(against(cx, at, ">=", size, smallestNormal(type), type), normal!, small);
    const known = pick(against(cx, at, ">", size, largest(type), type), infinite!, finite);
    return pick(binary(cx, at, "!=", x, x), nan!, known);
  })(cx, where, [args[5]!], name);
};

/** Comparisons that never trap: the ordinary ones here. */
function quietCompare(build: (cx: Context, where: Where, x: Expr, y: Expr) => Expr): Handler {
  return (cx, where, args, name) => {
    const x = value(cx, args[0]!);
    const y = value(cx, args[1]!);
    if (anyInvalid(x, y)) return invalid(cx, where);
    if (![x, y].some(({ type }) => type.kind === "float" || type.kind === "decimal")) {
      cx.error(where.at, `non-floating-point arguments in call to function '${name}'`);
      return invalid(cx, where);
    }
    return once(cx, where, x, (a) => once(cx, where, y, (b) => build(cx, where, a, b)));
  };
}

// ----------------------------------------------------------------------------------------- decimal floating point

function decimalConstant(size: DecimalSize, bits: bigint): Handler {
  return (cx, where) => decimalExpr(where, cx.types.decimalOfSize(size), bits);
}

/** __builtin_nand64(""): gcc gives every text the payload 0. */
function decimalNan(size: DecimalSize, quiet: boolean): Handler {
  return (cx, where, args) => {
    value(cx, args[0]!);
    return decimalExpr(where, cx.types.decimalOfSize(size), decimalNanOf(quiet, size));
  };
}

/** A test or an operation of a value that is converted to a type. */
function decimalUnary(size: DecimalSize, build: (cx: Context, where: Where, x: Expr) => Expr): Handler {
  return (cx, where, args, name) => {
    const operand = valueAs(cx, args[0]!, cx.types.decimalOfSize(size), 0, name);
    return operand.kind === "invalid" ? operand : once(cx, where, operand, (x) => build(cx, where, x));
  };
}

const isDecimalInf = (cx: Context, where: Where, x: Expr): Expr => {
  const type = x.type as DecimalType;
  const bound = decimalExpr(where, type, decimalInfinity(type.size));
  const low = decimalExpr(where, type, negateDecimal(bound.bits, type.size));
  const is = (other: Expr) => compareValues(cx, where, "==", "eq", x, other);
  return binary(cx, where, "||", is(bound), is(low));
};

const decimalAbsolute = (cx: Context, where: Where, x: Expr): Expr =>
  conditional(cx, where, decimalSign(cx, where, x), negate(cx, where, x), x);

function addDecimal(add: Add): void {
  for (const size of [4, 8, 16] as const) {
    const kind = `d${size * 8}`;
    add(`inf${kind}`, 0, 0, decimalConstant(size, decimalInfinity(size)));
    add(`huge_val${kind}`, 0, 0, decimalConstant(size, decimalInfinity(size)));
    add(`nan${kind}`, 1, 1, decimalNan(size, true));
    add(`nans${kind}`, 1, 1, decimalNan(size, false));
    add(`fabs${kind}`, 1, 1, decimalUnary(size, decimalAbsolute));
    add(`isnan${kind}`, 1, 1, decimalUnary(size, isOther));
    add(`isinf${kind}`, 1, 1, decimalUnary(size, isDecimalInf));
    add(`signbit${kind}`, 1, 1, decimalUnary(size, decimalSign));
  }
}
