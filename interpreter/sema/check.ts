// The checker: a syntax tree in, the checked tree (tree.ts) and diagnostics out.
//
// Declarations are checked in the order in which they stand, as C asks for. What only the end of the unit can
// tell comes after: tentative definitions, aliases, which functions are needed at all.

import type { Diagnostic } from "../source/diagnostic.js";
import type { TranslationUnit } from "../syntax/ast.js";
import { asmName } from "./asm.js";
import { stringText } from "./attributes.js";
import type { At, CheckOptions } from "./context.js";
import { Context } from "./context.js";
import { fileDeclaration, finishTentative } from "./declarations.js";
import { expression } from "./expressions.js";
import { functionDefinition } from "./functions.js";
import { specify, typeName } from "./specifiers.js";
import { statementExpression } from "./statements.js";
import { staticAssert } from "./static-assert.js";
import type { AddressConstant, CheckedUnit, FunctionSymbol, ObjectSymbol } from "./tree.js";
import type { EnumDecl, RecordDecl } from "./types.js";

export interface CheckResult {
  /** Complete only if no error was reported: else some of its nodes are `invalid`. */
  readonly program: CheckedUnit;
  readonly diagnostics: readonly Diagnostic[];
}

/** Check one translation unit. Diagnostics go to `options.sink`, and are returned too. */
export function check(unit: TranslationUnit, options: CheckOptions): CheckResult {
  const cx = new Context(options);
  checkItems(cx, unit);
  return finishUnit(cx);
}

/**
 * The declarations that many units begin with, checked once for all of them. Each unit goes on with the same symbols
 * and types: so what a later declaration may change in them is put back in front of each, and units are checked and
 * lowered one after the other.
 */
export class CheckedHead {
  readonly #cx: Context;
  readonly #symbols: readonly Kept<FunctionSymbol | ObjectSymbol>[];
  readonly #types: readonly Kept<RecordDecl | EnumDecl>[];
  /** What is to be said of these declarations at the end of each unit. */
  readonly #late: Context["late"];

  constructor(unit: TranslationUnit, options: CheckOptions) {
    this.#cx = new Context(options);
    checkItems(this.#cx, unit);
    const { functions, objects, types } = this.#cx;
    this.#symbols = [...functions, ...objects].map((now) => ({ now, before: { ...now } }));
    this.#types = types.declarations.map((now) => ({ now, before: copyOf(now) }));
    this.#late = saysLate(this.#cx) ? this.#cx.late : [];
  }

  /** Checks a unit that begins so; its own declarations are in `unit`. The latest call's result is the valid one. */
  check(unit: TranslationUnit, options: CheckOptions): CheckResult {
    for (const { now, before } of this.#symbols) Object.assign(now, before);
    for (const { now, before } of this.#types) Object.assign(now, copyOf(before));
    const cx = new Context(options, this.#cx);
    cx.late.push(...this.#late);
    checkItems(cx, unit);
    return finishUnit(cx);
  }

  /** Did the latest unit say more of a symbol of these declarations than that it is used? */
  get isAmended(): boolean {
    return this.#symbols.some(isAmended);
  }
}

/** Will something be said of the functions when the whole unit is known? Mostly not, and to find out takes long. */
function saysLate(cx: Context): boolean {
  const { sink } = cx.options;
  if (cx.late.length === 0 || sink.files === null) return cx.late.length > 0;
  const tried = new Context({ ...cx.options, sink: sink.fork(sink.files) }, cx);
  for (const say of cx.late) say(tried);
  return tried.sink.all.length > sink.all.length;
}

/** A symbol or type, and as it was. */
interface Kept<T> {
  readonly now: T;
  readonly before: T;
}

/** Fields of symbols that do not matter to what is made of their functions. */
const OF_USE = new Set(["used", "addressTaken", "escapes"]);

function isAmended<T extends object>({ now, before }: Kept<T>): boolean {
  for (const field in before) if (now[field] !== before[field] && !OF_USE.has(field)) return true;
  return false;
}

function copyOf<T extends RecordDecl | EnumDecl>(decl: T): T {
  // What is complete stays as it is.
  if (decl.complete) return { ...decl };
  return "members" in decl
    ? { ...decl, fields: [...decl.fields], members: new Map(decl.members) }
    : { ...decl, enumerators: [...decl.enumerators] };
}

function checkItems(cx: Context, unit: TranslationUnit): void {
  cx.upward = {
    expr: (node) => expression(cx, node),
    typeName: (node) => typeName(cx, node),
    specify: (node) => specify(cx, node),
    statementExpr: (node) => statementExpression(cx, node),
  };
  for (const item of unit.items) {
    switch (item.kind) {
      case "FunctionDefinition":
        functionDefinition(cx, item);
        break;
      case "Declaration":
        fileDeclaration(cx, item);
        break;
      case "StaticAssert":
        staticAssert(cx, item);
        break;
      case "Asm": {
        const template = stringText(item.template).trim();
        if (template !== "") cx.unsupported(item.first, asmName(template));
        break;
      }
    }
  }
}

function finishUnit(cx: Context): CheckResult {
  finishTentative(cx);
  resolveAliases(cx);
  markUsed(cx);
  checkForbiddenCalls(cx);
  warnUndefined(cx);
  for (const say of cx.late) say(cx);
  cx.usage?.endUnit(cx);
  const { tokens, types, functions, objects, strings } = cx;
  return {
    program: { tokens, types, functions, objects, strings },
    diagnostics: cx.sink.all,
  };
}

function resolveAliases(cx: Context): void {
  for (const { symbol, name, at } of cx.aliases) {
    const target = cx.linked.get(name) ?? cx.fileScope.own(name);
    if (target?.kind === "function" || target?.kind === "object") cx.usage?.mention(target);
    if (symbol.kind === "function" && target?.kind === "function" && isThere(target)) symbol.alias = target;
    else if (symbol.kind === "object" && target?.kind === "object" && isThere(target)) symbol.alias = target;
    else cx.error(at, `'${symbol.name}' aliased to undefined symbol '${name}'`);
  }
}

function isThere(symbol: FunctionSymbol | ObjectSymbol): boolean {
  if (symbol.alias !== null) return true;
  return symbol.kind === "function" ? symbol.definition !== null : symbol.defined;
}

/**
 * What the program consists of: everything that other units can see, what is marked `used`, and what these refer
 * to. Problems that matter only in code that is needed are reported here.
 */
function markUsed(cx: Context): void {
  const queue: (FunctionSymbol | ObjectSymbol)[] = [];
  const use = (symbol: FunctionSymbol | ObjectSymbol) => {
    if (symbol.used) return;
    symbol.used = true;
    queue.push(symbol);
  };
  for (const symbol of cx.kept) use(symbol);
  for (const fn of cx.functions) {
    const kept = cx.functionAttributes.get(fn)?.used === true;
    if (fn.definition !== null && (kept || (fn.linkage === "external" && !fn.inlineOnly))) use(fn);
    if (fn.alias !== null) use(fn);
  }
  for (const object of cx.objects) {
    if (object.defined && object.linkage === "external") use(object);
  }
  while (queue.length > 0) {
    const symbol = queue.pop()!;
    if (symbol.kind === "object") {
      if (symbol.alias !== null) use(symbol.alias);
      for (const relocation of symbol.init?.relocations ?? []) {
        const target = symbolOf(relocation.base);
        if (target !== null) use(target);
      }
      continue;
    }
    if (symbol.alias !== null) use(symbol.alias);
    const body = cx.bodies.get(symbol);
    if (body === undefined) continue;
    for (const reference of body.references) use(reference);
    for (const problem of body.unsupported) cx.error(problem.at, problem.text);
  }
}

/**
 * Calls that no optimisation could remove: those that no condition guards, in functions that run for themselves
 * or are called so from such. Behind a condition gcc might see what we do not, so nothing is said there.
 */
function checkForbiddenCalls(cx: Context): void {
  const certain = new Set<FunctionSymbol>();
  for (const fn of cx.functions) if (fn.used && fn.definition !== null && !fn.inline) certain.add(fn);
  for (const fn of certain) {
    for (const call of cx.bodies.get(fn)?.calls ?? []) {
      const callee = call.fn!;
      reportForbidden(cx, callee, { at: call.at, first: call.first, last: call.last });
      if (callee.definition !== null) certain.add(callee);
    }
  }
}

/** A static function that no other unit could define either. */
function warnUndefined(cx: Context): void {
  for (const { name, at, linkage, used, definition, alias } of cx.functions) {
    if (!used || linkage !== "internal" || definition !== null || alias !== null) continue;
    cx.warning(null, at, `'${name}' used but never defined`);
  }
}

function symbolOf(base: AddressConstant): FunctionSymbol | ObjectSymbol | null {
  switch (base.kind) {
    case "object":
      return base.object;
    case "function":
      return base.fn;
    case "label":
      return base.owner;
    case "string":
      return null;
  }
}

/** A call that is left in the program to a function whose declaration says that none may be. */
function reportForbidden(cx: Context, fn: FunctionSymbol, at: At): void {
  const attributes = cx.functionAttributes.get(fn);
  if (attributes === undefined) return;
  if (attributes.error !== null) {
    cx.error(at, `call to '${fn.name}' declared with attribute error: ${attributes.error}`);
  } else if (attributes.warning !== null) {
    const text = `call to '${fn.name}' declared with attribute warning: ${attributes.warning}`;
    cx.warning("-Wattribute-warning", at, text);
  }
}
