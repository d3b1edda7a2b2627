// Calls: who is called, whether the arguments fit, and what becomes of a name that nobody declared.

import type * as ast from "../syntax/ast.js";
import { convertFor, spelling } from "./assign.js";
import { atomicCall, isAtomicBuiltin } from "./atomics.js";
import { builtinCall, isBuiltin, mayPassArguments } from "./builtins.js";
import { warnAbsolute, warnFrameAddress, warnMemset, warnNonnull } from "./call-checks.js";
import { compatible } from "./compatible.js";
import type { Context, NoteAt, Operand, Where } from "./context.js";
import { defaultPromote, invalid, rvalue } from "./convert.js";
import { warnFormat } from "./format.js";
import { isComplete } from "./layout.js";
import { headerOf, isLibraryFunction, libraryType } from "./library.js";
import { suggest } from "./spelling.js";
import { warnSizeofPointer } from "./suspicious.js";
import { functionSymbol } from "./symbols.js";
import type { Expr, FunctionExpr, FunctionSymbol } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, FunctionType } from "./types.js";
import { caretOf, wholeOf } from "./where.js";

const FRAMES: ReadonlySet<string> = new Set(["__builtin_return_address", "__builtin_frame_address"]);

export function call(cx: Context, where: Where, node: ast.Call): Operand {
  const result = plainCall(cx, where, node);
  const { callee } = node;
  if (cx.asksForMore && callee.kind === "Name" && /^mem(set|cpy|move)$/.test(callee.name)) {
    if (result.kind === "call" || result.kind === "builtin")
      warnSizeofPointer(cx, callee.name, node, result.args);
    if (callee.name === "memset" && (result.kind === "call" || result.kind === "builtin"))
      warnMemset(cx, node, result.args);
  }
  if (callee.kind === "Name" && result.kind !== "invalid") {
    if (FRAMES.has(callee.name)) warnFrameAddress(cx, callee.name, node);
  }
  return result;
}

/** `(*__builtin_trap)()` is a call of the builtin. */
function withoutStars(cx: Context, callee: ast.Expr): ast.Expr {
  let inner = callee;
  while (inner.kind === "Unary" && inner.operator === "*") inner = inner.operand;
  return inner.kind === "Name" && isBuiltin(inner.name) && cx.find(inner.name) === null ? inner : callee;
}

function plainCall(cx: Context, where: Where, node: ast.Call): Operand {
  const callee = withoutStars(cx, node.callee);
  if (callee.kind === "Name") {
    const special = specialCall(cx, where, callee.name, node);
    if (special !== null) return special;
  }
  const target = callee.kind === "Name" ? calledName(cx, callee) : rvalue(cx, cx.upward.expr(callee));
  if (target.kind === "invalid") {
    for (const argument of node.args) cx.upward.expr(argument);
    return invalid(cx, where);
  }
  return callValue(cx, where, node, target);
}

/** Names that the compiler itself gives a meaning, unless the program declares them. */
function specialCall(cx: Context, where: Where, name: string, node: ast.Call): Operand | null {
  if (name.startsWith("__builtin_") || name === "smplab_enum") {
    if (cx.find(name) !== null) return null;
    const result = builtinCall(cx, where, name, node.args);
    if (result !== null) return result;
    const base = libraryName(name);
    if (base === null) return null;
    return libraryCall(cx, where, node, base, name);
  }
  if (name.startsWith("__sync_") || name.startsWith("__atomic_")) {
    return cx.find(name) === null ? atomicCall(cx, where, name, node.args) : null;
  }
  if (ABSOLUTE.has(name) && node.args.length === 1) {
    const known = cx.find(name);
    // gcc computes it itself whatever the program's own function of this name does.
    const isIts = known === null || (known.kind === "function" && known.linkage === "external");
    return isIts && known !== null ? builtinCall(cx, where, `__builtin_${name}`, node.args) : null;
  }
  const builtin = KNOWN_BY_NAME.get(name);
  if (builtin === undefined) return null;
  const known = cx.find(name);
  if (
    known !== null &&
    (known.kind !== "function" || known.linkage !== "external" || known.definition !== null)
  ) {
    return null;
  }
  // gcc's tests call `setjmp ()`: with other arguments it is a function like any other.
  const wanted = builtin.endsWith("longjmp") ? 2 : 1;
  return node.args.length < wanted ? null : builtinCall(cx, where, builtin, node.args);
}

const ABSOLUTE: ReadonlySet<string> = new Set(["abs", "labs", "llabs"]);

/** Functions that only the compiler can provide, under their library names. */
const KNOWN_BY_NAME: ReadonlyMap<string, string> = new Map([
  ["alloca", "__builtin_alloca"],
  ["setjmp", "__builtin_setjmp"],
  ["_setjmp", "__builtin_setjmp"],
  ["__sigsetjmp", "__builtin_setjmp"],
  ["sigsetjmp", "__builtin_setjmp"],
  ["longjmp", "__builtin_longjmp"],
  ["_longjmp", "__builtin_longjmp"],
  ["siglongjmp", "__builtin_longjmp"],
]);

/** `__builtin_puts` is puts, `__builtin___memcpy_chk` is memcpy with one more argument. */
function libraryName(name: string): string | null {
  const base = name.slice("__builtin_".length);
  if (isLibraryFunction(base)) return base;
  const checked = /^__(\w+)_chk$/.exec(base);
  return checked !== null && isLibraryFunction(checked[1]!) ? checked[1]! : null;
}

function libraryCall(cx: Context, where: Where, node: ast.Call, base: string, name: string): Operand {
  const fn = libraryFunction(cx, base);
  let args = node.args;
  // The checked forms have the size of the destination (printf also a flag) in front of the format or at the end.
  if (name.endsWith("_chk")) {
    const drop = /printf/.test(base)
      ? base.includes("sn")
        ? [2, 3]
        : base.includes("s")
          ? [1, 2]
          : [0]
      : [args.length - 1];
    args = args.filter((_, i) => !drop.includes(i));
  }
  const { at, first, last } = where;
  const target: FunctionExpr = { kind: "function", at, first, last, type: cx.types.pointerTo(fn.type), fn };
  return callValue(cx, where, { ...node, args }, target);
}

/** What `__builtin_abort` means where it is not called: the library's function, if there is one. Null: no builtin. */
export function builtinFunction(cx: Context, name: string): FunctionSymbol | null {
  if (!name.startsWith("__")) return null;
  const base = name.startsWith("__builtin_") ? libraryName(name) : null;
  if (base !== null && !name.endsWith("_chk")) return libraryFunction(cx, base);
  if (!isBuiltin(name) && !isAtomicBuiltin(name)) return null;
  return functionSymbol(cx, name, cx.types.functionOf(cx.types.void, [], false, false), -1, true);
}

/** The library function of a name, declared on first use. */
export function libraryFunction(cx: Context, name: string): FunctionSymbol {
  const known = cx.linked.get(name);
  if (known?.kind === "function") return known;
  const fn = functionSymbol(cx, name, libraryType(cx.types, name)!, -1);
  fn.linkage = "external";
  cx.linked.set(name, fn);
  return fn;
}

/** A declared name, or an implicit declaration. */
function calledName(cx: Context, node: ast.Name): Expr {
  const known = cx.find(node.name);
  if (known !== null) return rvalue(cx, cx.upward.expr(node));
  const fn = implicitFunction(cx, node);
  const { first, last } = node;
  return { kind: "function", at: first, first, last, type: cx.types.pointerTo(fn.type), fn };
}

function implicitFunction(cx: Context, node: ast.Name): FunctionSymbol {
  const name = node.name;
  const library = libraryType(cx.types, name);
  const header = headerOf(name);
  const include: NoteAt[] =
    header === ""
      ? []
      : [{ text: `include '<${header}>' or provide a declaration of '${name}'`, at: node.first }];
  const existing = cx.linked.get(name);
  const isAgain = existing?.kind === "function" && existing.implicit;
  if (!isAgain) {
    const near = library === null ? suggestFunction(cx, name) : null;
    const offer = near === null ? "" : `; did you mean '${near}'?`;
    const text = `implicit declaration of function '${name}'${offer}`;
    cx.warningWithFix("-Wimplicit-function-declaration", node.first, text, near, ...include);
  }
  const assumed = cx.types.functionOf(cx.types.int, [], false, false);
  if (library !== null && !compatible(assumed, library)) {
    const mismatch = `incompatible implicit declaration of built-in function '${name}'`;
    cx.warning("-Wbuiltin-declaration-mismatch", node.first, mismatch, ...include);
  }
  const fn =
    existing?.kind === "function" ? existing : functionSymbol(cx, name, library ?? assumed, node.first);
  fn.linkage = existing?.kind === "function" ? existing.linkage : "external";
  fn.implicit = true;
  cx.linked.set(name, fn);
  // Known where it stands only, as gcc has it.
  cx.scope.declare(name, fn);
  return fn;
}

function suggestFunction(cx: Context, name: string): string | null {
  const names: string[] = [];
  for (const known of cx.scope.visible()) if (known.kind === "function") names.push(known.name);
  if (cx.options.macroNames !== undefined) names.push(...cx.options.macroNames);
  return suggest(name, names);
}

function callValue(cx: Context, where: Where, node: ast.Call, target: Expr): Operand {
  const type = target.type;
  if (type.kind !== "pointer" || type.target.kind !== "function") {
    notCallable(cx, node);
    for (const argument of node.args) cx.upward.expr(argument);
    return invalid(cx, where);
  }
  const signature = type.target;
  const pack = passesArguments(cx, node, signature);
  if (pack) node = { ...node, args: node.args.slice(0, -1) };
  const fn = target.kind === "function" ? target.fn : null;
  if (fn !== null) warnDeprecated(cx, fn, node.first);
  const args = convertArguments(cx, node, signature, fn);
  if (fn !== null && cx.wants("format")) warnFormat(cx, fn, node.args, args);
  if (fn !== null && cx.wants("nonnull")) warnNonnull(cx, fn, node, args);
  const result = cx.types.unqualified(signature.result);
  if (result.kind === "record" && !isComplete(result)) {
    cx.error(where.at, `invalid use of undefined type ${quoteType(result)}`);
    return invalid(cx, where);
  }
  const { at, first, last } = where;
  const pointer = fn === null ? target : null;
  const fits = args.length === signature.params.length || signature.variadic || !signature.prototype;
  const used = fits ? signature : cx.types.functionOf(signature.result, [], false, false);
  return { kind: "call", at, first, last, type: result, fn, pointer, signature: used, args, pack };
}

/** `f(…, __builtin_va_arg_pack())`: the caller's own variable arguments, passed on. */
function passesArguments(cx: Context, node: ast.Call, signature: FunctionType): boolean {
  const last = node.args[node.args.length - 1];
  if (last?.kind !== "Call" || last.callee.kind !== "Name" || last.args.length > 0) return false;
  if (last.callee.name !== "__builtin_va_arg_pack" || !mayPassArguments(cx)) return false;
  return signature.variadic && node.args.length > signature.params.length;
}

function notCallable(cx: Context, node: ast.Call): void {
  const callee = node.callee;
  const known = callee.kind === "Name" ? cx.find(callee.name) : null;
  if (callee.kind !== "Name" || known === null) {
    cx.error(caretOf(cx.tokens, callee), "called object is not a function or function pointer");
    return;
  }
  const text = `called object '${callee.name}' is not a function or function pointer`;
  cx.error(node.first, text, { text: "declared here", at: known.at });
}

function warnDeprecated(cx: Context, fn: FunctionSymbol, at: number): void {
  const instead = cx.functionAttributes.get(fn)?.deprecated ?? null;
  if (instead === null) return;
  const text = `'${fn.name}' is deprecated${instead === "" ? "" : `: ${instead}`}`;
  cx.warning("-Wdeprecated-declarations", at, text, { text: "declared here", at: fn.at });
}

/** Arguments as the signature wants them. */
function convertArguments(
  cx: Context,
  node: ast.Call,
  signature: FunctionType,
  fn: FunctionSymbol | null,
): Expr[] {
  const params = signature.params;
  const given = node.args.length;
  const name = fn === null ? spelling(cx, node.callee) : fn.name;
  if (signature.prototype && (given < params.length || (given > params.length && !signature.variadic))) {
    const few = given < params.length;
    if (fn?.implicit === true) {
      // Nobody declared it: the program may have its own idea of what to pass.
      const text = `too ${few ? "few" : "many"} arguments to built-in function '${name}' expecting ${params.length}`;
      cx.warning("-Wbuiltin-declaration-mismatch", caretOf(cx.tokens, node.callee), text);
      return node.args.map((argument, i) =>
        promoteArgument(cx, argument, rvalue(cx, cx.upward.expr(argument)), i, name),
      );
    }
    const notes: NoteAt[] = fn !== null && fn.at >= 0 ? [{ text: "declared here", at: fn.at }] : [];
    cx.error(
      caretOf(cx.tokens, node.callee),
      `too ${few ? "few" : "many"} arguments to function '${name}'`,
      ...notes,
    );
  }
  return node.args.map((argument, i) => {
    const value = rvalue(cx, cx.upward.expr(argument));
    const param = params[i];
    if (i === 0 && fn !== null && cx.wants("absolute-value")) warnAbsolute(cx, fn.name, argument, value.type);
    if (param !== undefined) {
      const at = wholeOf(cx.tokens, argument, node.callee.last + 2, node.last - 1);
      const paramAt = fn === null ? at : (cx.parameterPlaces.get(fn)?.[i] ?? fn.at);
      return convertFor(cx, at, value, cx.types.unqualified(param), {
        kind: "argument",
        index: i + 1,
        callee: name,
        fn,
        paramAt,
      });
    }
    return promoteArgument(cx, argument, value, i, name);
  });
}

function promoteArgument(cx: Context, node: ast.Expr, value: Expr, index: number, name: string): Expr {
  const type: CType = value.type;
  if (type.kind === "void") {
    cx.error(caretOf(cx.tokens, node), "invalid use of void expression");
    return invalid(cx, value);
  }
  if (type.kind === "record" && !isComplete(type)) {
    cx.error(caretOf(cx.tokens, node), `type of formal parameter ${index + 1} of '${name}' is incomplete`);
    return invalid(cx, value);
  }
  return defaultPromote(cx, value);
}
