// What is odd about the arguments of a call: -Wmemset-transposed-args, -Wmemset-elt-size, -Wnonnull, -Wabsolute-value,
// -Wframe-address, and about sizes: -Wsizeof-array-argument, -Wsizeof-pointer-div, -Wsizeof-array-div.

import type * as ast from "../syntax/ast.js";
import { compatible } from "./compatible.js";
import { integerOf } from "./constant.js";
import type { At, Context } from "./context.js";
import { sizeOf } from "./layout.js";
import type { Expr, FunctionSymbol, ObjectSymbol } from "./tree.js";
import { quoteType, typeName } from "./type-names.js";
import type { CType } from "./types.js";
import { whereOf } from "./where.js";

/** `args`: the values as they are passed. */
export function warnMemset(cx: Context, node: ast.Call, args: readonly Expr[]): void {
  const [, filler, size] = node.args;
  const at = node.first;
  if (filler === undefined || size === undefined) return;
  if (cx.wants("memset-transposed-args") && isLiteralZero(size) && !isLiteralZero(filler)) {
    const text =
      "'memset' used with constant zero length parameter; this could be due to transposed parameters";
    cx.warning("-Wmemset-transposed-args", at, text);
  }
  const count = args[2];
  const array = wholeArray(args[0]!);
  if (!cx.wants("memset-elt-size") || count?.kind !== "int" || array === null) return;
  const { element, length } = array;
  const isByte = integerOf(element)?.size === 1;
  if (isByte || length === null || count.value !== BigInt(length)) return;
  const text = "'memset' used with length equal to number of elements without multiplication by element size";
  cx.warning("-Wmemset-elt-size", at, text);
}

function isLiteralZero(node: ast.Expr): boolean {
  return node.kind === "IntegerLiteral" && node.value === 0n;
}

function wholeArray(expr: Expr): (CType & { kind: "array" }) | null {
  const plain = stripCasts(expr);
  return plain.kind === "address" && plain.place.type.kind === "array" ? plain.place.type : null;
}

function stripCasts(expr: Expr): Expr {
  return expr.kind === "cast" && expr.type.kind === "pointer" ? stripCasts(expr.operand) : expr;
}

// ---------------------------------------------------------------------------------------------------------- null

/** Parameters of library functions that must not be null, from 1. */
const NONNULL: ReadonlyMap<string, readonly number[]> = new Map([
  ...["memcpy", "memmove", "memcmp", "strcpy", "strcat", "strcmp", "strncmp", "strncpy", "strncat"].map(
    (name): [string, number[]] => [name, [1, 2]],
  ),
  ...["strstr", "strspn", "strcspn", "strpbrk", "sprintf"].map((name): [string, number[]] => [name, [1, 2]]),
  ...["memset", "memchr", "strlen", "strchr", "strrchr", "strdup", "puts", "printf"].map(
    (name): [string, number[]] => [name, [1]],
  ),
]);

/** An argument that is null where the function's attribute, or the library, wants something. */
export function warnNonnull(cx: Context, fn: FunctionSymbol, node: ast.Call, args: readonly Expr[]): void {
  const said = cx.functionAttributes.get(fn)?.nonnull ?? null;
  const indices = said ?? (fn.definition === null && fn.linkage === "external" ? NONNULL.get(fn.name) : null);
  if (indices === null || indices === undefined || cx.unevaluated > 0) return;
  const all = indices.length === 0 ? args.map((_, i) => i + 1) : indices;
  for (const index of all) {
    const arg = args[index - 1];
    if (arg === undefined || arg.type.kind !== "pointer" || !isNull(arg)) continue;
    const note =
      said === null
        ? { text: `in a call to built-in function '${fn.name}'`, at: fn.at >= 0 ? fn.at : node.first }
        : { text: `in a call to function '${fn.name}' declared 'nonnull'`, at: fn.at };
    cx.warning("-Wnonnull", node.first, `argument ${index} null where non-null expected`, note);
  }
}

function isNull(expr: Expr): boolean {
  if (expr.kind === "cast") return isNull(expr.operand);
  return expr.kind === "int" && expr.value === 0n;
}

// ------------------------------------------------------------------------------------------------- absolute values

const ABSOLUTE: ReadonlyMap<string, "int" | "long" | "long long" | "double"> = new Map([
  ["abs", "int"],
  ["labs", "long"],
  ["llabs", "long long"],
  ["fabs", "double"],
]);

/** `node`: the argument; `given`: its type before it is converted. */
export function warnAbsolute(cx: Context, builtin: string, node: ast.Expr, given: CType): void {
  const takes = ABSOLUTE.get(builtin.replace("__builtin_", ""));
  if (takes === undefined || cx.unevaluated > 0) return;
  let at = node.first - 1;
  while (at > 0 && cx.tokens.text[at] === "(") at--;
  const name = cx.tokens.text[at]!;
  const int = integerOf(given);
  const said = `absolute value function '${name}'`;
  const type = quoteType(given);
  let text: string;
  if (takes === "double") {
    if (int === null) return;
    text = `using floating-point ${said} when argument is of integer type ${type}`;
  } else if (given.kind === "float" || given.kind === "decimal") {
    text = `using integer ${said} when argument is of floating-point type ${type}`;
  } else if (int === null) return;
  else if (!int.signed) text = `taking the absolute value of unsigned type ${type} has no effect`;
  else {
    const param = cx.types.integer(takes);
    if (int.bits <= param.bits) return;
    text = `${said} given an argument of type ${type} but has parameter of type ${quoteType(param)} which may cause truncation of value`;
  }
  cx.warning("-Wabsolute-value", at, text);
}

/** `__builtin_return_address(1)`: said late, as only code that is left is judged. */
export function warnFrameAddress(cx: Context, name: string, node: ast.Call): void {
  const level = node.args[0];
  if (level?.kind !== "IntegerLiteral" || level.value === 0n || cx.unevaluated > 0) return;
  const text = `calling '${name}' with a nonzero argument is unsafe`;
  cx.late.push((cx) => cx.warning("-Wframe-address", whereOf(cx.tokens, node), text));
}

// ---------------------------------------------------------------------------------------------------------- sizes

/** `sizeof array` of a parameter, which is a pointer. */
export function warnSizeofParameter(cx: Context, node: ast.SizeofExpr): void {
  const { operand } = node;
  if (operand.kind !== "Name" || !cx.wants("sizeof-array-argument")) return;
  const binding = cx.find(operand.name);
  if (binding?.kind !== "object" || !cx.arrayParameters.has(binding)) return;
  const text = `'sizeof' on array function parameter '${operand.name}' will return size of ${quoteType(binding.type)}`;
  cx.warning("-Wsizeof-array-argument", node.first + 1, text, {
    text: "declared here",
    at: declarationOf(cx, binding),
  });
}

function declarationOf(cx: Context, object: ObjectSymbol): At {
  return cx.fn?.parameters.find(([one]) => one === object)?.[1] ?? object.at;
}

/** `sizeof(p) / sizeof(*p)` of a pointer, `sizeof(a) / sizeof(other)` of an array. */
export function warnSizeofDivision(cx: Context, node: ast.Binary): void {
  const { left, right, operator, operatorToken: at } = node;
  if (operator !== "/" || !isSizeof(left) || !isSizeof(right) || cx.unevaluated > 0) return;
  // What stands in parentheses is meant.
  if (left.first > node.first || right.last < node.last) return;
  const whole = sizeofOperand(cx, left);
  const part = sizeofOperand(cx, right);
  if (whole === null || part === null) return;
  const named =
    left.kind === "SizeofExpr" && left.operand.kind === "Name" ? cx.find(left.operand.name) : null;
  const object = named?.kind === "object" ? named : null;
  const isPart = whole.kind === "pointer" && compatible(whole.target.plain, part.plain);
  if (whole.kind === "pointer") {
    const isArgument = object !== null && cx.arrayParameters.has(object) && cx.wants("sizeof-array-argument");
    if (!isPart || isArgument || !cx.wants("sizeof-pointer-div")) return;
    const text = `division 'sizeof (${typeName(whole)}) / sizeof (${typeName(part)})' does not compute the number of array elements`;
    const note = "first 'sizeof' operand was declared here";
    const notes = object === null ? [] : [{ text: note, at: declarationOf(cx, object) }];
    cx.warning("-Wsizeof-pointer-div", at, text, ...notes);
  } else if (whole.kind === "array" && cx.wants("sizeof-array-div")) {
    warnArrayDivision(cx, at, whole, part, object);
  }
}

function warnArrayDivision(
  cx: Context,
  at: number,
  whole: CType & { kind: "array" },
  part: CType,
  object: ObjectSymbol | null,
): void {
  const { element } = whole;
  if (element.kind === "array" || (element.kind === "int" && element.size === 1)) return;
  if (sizeOf(element) === sizeOf(part)) return;
  const text = `expression does not compute the number of elements in this array; element type is ${quoteType(element)}, not ${quoteType(part)}`;
  const silence = { text: "add parentheses around the second 'sizeof' to silence this warning", at };
  const declared = object === null ? [] : [{ text: `array '${object.name}' declared here`, at: object.at }];
  cx.warning("-Wsizeof-array-div", at, text, silence, ...declared);
}

type Sizeof = ast.SizeofExpr | ast.SizeofType;

function isSizeof(node: ast.Expr): node is Sizeof {
  return node.kind === "SizeofExpr" || node.kind === "SizeofType";
}

function sizeofOperand(cx: Context, node: Sizeof): CType | null {
  return cx.sizeofOperands.get(node) ?? null;
}
