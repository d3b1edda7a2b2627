// Function definitions: parameters become objects, the body a block, and the function's loose ends are tied up.
//
// K&R definitions are rewritten: a parameter declared narrower than what a caller without prototype passes
// arrives in a hidden parameter of the promoted type, and the body begins with a local of the declared type.

import type * as ast from "../syntax/ast.js";
import { declaratorAttributes, mergeAttributes, stringText } from "./attributes.js";
import { compatible } from "./compatible.js";
import type { Context, FunctionState } from "./context.js";
import { convert, defaultPromote } from "./convert.js";
import type { Declaration } from "./declarations.js";
import { declareFunction } from "./declarations.js";
import type { Parameters } from "./declarators.js";
import { adjustParameter, buildType } from "./declarators.js";
import { analyse } from "./flow.js";
import { resolveGotos } from "./labels.js";
import { alignOf, isComplete } from "./layout.js";
import { Scope } from "./scope.js";
import { specify } from "./specifiers.js";
import { block } from "./statements.js";
import { autoObject } from "./symbols.js";
import type {
  BlockStmt,
  DeclareStmt,
  Expr,
  FunctionDefinition,
  FunctionSymbol,
  ObjectSymbol,
} from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType } from "./types.js";
import { warnUninitialized } from "./uninitialized.js";
import { warnMain } from "./wall.js";
import { warnIgnoredQualifiers } from "./words.js";

export function functionDefinition(cx: Context, node: ast.FunctionDefinition): void {
  const state = newState();
  // Sizes of parameters may be computed: they belong to the function already.
  cx.fn = state;
  const known = readHeader(cx, node);
  const bounds = cx.takeBounds();
  if (known !== null) define(cx, node, state, known, bounds);
  cx.fn = null;
}

function newState(): FunctionState {
  return {
    fn: null as unknown as FunctionSymbol,
    labels: [],
    labelScopes: [new Map()],
    closedLabelScopes: [],
    gotos: [],
    locals: [],
    parameters: [],
    implicitInt: false,
    typedefs: [],
    temps: 0,
    variableRecords: false,
    callsSetjmp: false,
    leave: { parent: null, depth: 0, aliveInParent: 0, entries: [], locals: [], statementExpr: false },
    breakable: null,
    undeclared: new Set(),
    unsupported: [],
  };
}

function readHeader(cx: Context, node: ast.FunctionDefinition): Declaration | null {
  const { specifiers, declarator } = node;
  const specified = specify(cx, specifiers);
  if (declarator.name === null) return null;
  const name = declarator.name.name;
  const at = declarator.name.first;
  if (specified.implicitInt) cx.warning("-Wimplicit-int", at, "return type defaults to 'int'");
  const attributes = mergeAttributes(specified.attributes, declaratorAttributes(cx, declarator));
  const built = buildType(cx, declarator, specified.type, "definition");
  if (built.type.kind === "poison") return null;
  if (built.type.kind !== "function" || built.params === null) {
    cx.error(at, `'${name}' is defined as a function but is not declared as one`);
    return null;
  }
  warnIgnoredQualifiers(cx, specifiers, declarator, built.type.result);
  return {
    name,
    at,
    type: built.type,
    storage: specifiers.storage,
    attributes,
    align: 0,
    specifiers,
    params: built.params,
    asmName: declarator.asmLabel === null ? null : stringText(declarator.asmLabel),
    implicitInt: specified.implicitInt,
    value: null,
  };
}

function define(
  cx: Context,
  node: ast.FunctionDefinition,
  state: FunctionState,
  known: Declaration,
  bounds: readonly Expr[],
): void {
  const before = cx.linked.get(known.name);
  const redefined = before?.kind === "function" && before.definition !== null && !isReplaceable(cx, before);
  let fn = declareFunction(cx, known, false);
  if (redefined && fn !== null) {
    cx.error(known.at, `redefinition of '${known.name}'`, {
      text: `previous definition of '${known.name}' with type ${quoteType(fn.type)}`,
      at: before.at,
    });
  }
  // The body is checked in any case, for what may be wrong in it.
  fn ??= detached(cx, known);
  state.fn = fn;
  state.implicitInt = known.implicitInt;
  (fn as { at: number }).at = known.at;
  fn.implicit = false;
  const result = fn.type.result;
  if (!isComplete(result) && result.kind !== "void" && result.kind !== "poison") {
    cx.error(known.at, "return type is an incomplete type");
    fn.type = cx.types.functionOf(cx.types.poison, fn.type.params, fn.type.variadic, fn.type.prototype);
  }
  warnMain(cx, fn);
  const locals = cx.usage?.beginScope() ?? 0;
  const outer = cx.scope;
  const params = known.params!;
  const scope = params.scope ?? new Scope("function", cx.fileScope);
  scope.kind = "function";
  cx.scope = scope;
  const prologue: DeclareStmt[] = [];
  const symbols =
    params.style === "prototype" ? named(cx, node, params) : oldStyleParameters(cx, node, fn, prologue);
  if (cx.usage !== null) {
    const written = params.style === "prototype" ? symbols : writtenParameters(cx, symbols, prologue);
    state.parameters = written.map((symbol, i) => [symbol, params.places[i] ?? symbol.at] as const);
  }
  state.locals.unshift(...symbols);
  state.leave.locals.push(...prologue.map((stmt) => stmt.object));
  state.locals.push(...prologue.map((stmt) => stmt.object));
  const body = block(cx, state, node.body);
  cx.scope = outer;
  cx.usage?.endScope(cx, locals);
  finish(cx, node, state, fn, symbols, withPrologue(body, bounds, prologue));
}

/** `extern inline` in the GNU sense is only a hint: the real definition may follow. */
function isReplaceable(cx: Context, fn: FunctionSymbol): boolean {
  return cx.gnuInline.has(fn) && fn.inlineOnly;
}

/** A symbol for a definition that clashes with another declaration: nobody else sees it. */
function detached(cx: Context, known: Declaration): FunctionSymbol {
  const saved = cx.linked.get(known.name);
  cx.linked.delete(known.name);
  const scope = cx.scope;
  cx.scope = new Scope("file", null);
  const fn = declareFunction(cx, known, false)!;
  cx.scope = scope;
  if (saved !== undefined) cx.linked.set(known.name, saved);
  return fn;
}

function withPrologue(body: BlockStmt, bounds: readonly Expr[], prologue: readonly DeclareStmt[]): BlockStmt {
  if (bounds.length === 0 && prologue.length === 0) return body;
  const first = bounds.map((expr) => ({ kind: "expr" as const, at: expr.at, expr }));
  return { ...body, body: [...prologue, ...first, ...body.body] };
}

function named(cx: Context, node: ast.FunctionDefinition, params: Parameters): readonly ObjectSymbol[] {
  const part = node.declarator.parts[0];
  const list = part?.kind === "FunctionPart" ? part.parameters : [];
  params.symbols.forEach((symbol, i) => {
    if (symbol.type.kind === "poison") return;
    if (symbol.name === "" && list[i]?.declarator.name === null) {
      // gcc 12 accepts it (C2X) and so do we: nobody can refer to it.
      return;
    }
    if (!isComplete(symbol.type) && cx.scope.kind === "function") {
      cx.error(symbol.at, `parameter ${i + 1} ('${symbol.name}') has incomplete type`);
    }
  });
  return params.symbols;
}

function oldStyleParameters(
  cx: Context,
  node: ast.FunctionDefinition,
  fn: FunctionSymbol,
  prologue: DeclareStmt[],
): readonly ObjectSymbol[] {
  const part = node.declarator.parts[0];
  const identifiers = part?.kind === "FunctionPart" ? part.identifiers : [];
  const declared = readOldStyle(cx, node, identifiers);
  if (fn.type.prototype && fn.type.params.length !== identifiers.length) {
    cx.error(fn.at, "number of arguments doesn't match prototype");
  }
  const symbols = identifiers.map((identifier, i) => {
    const { name, first } = identifier;
    let type = declared.get(name)?.type;
    if (type === undefined) {
      cx.warning("-Wimplicit-int", node.declarator.name!.first, `type of '${name}' defaults to 'int'`);
      type = cx.types.int;
    }
    return oldStyleParameter(
      cx,
      name,
      declared.get(name)?.at ?? (cx.usage === null ? first : node.declarator.name!.first),
      type,
      fn.type.params[i] ?? null,
      prologue,
    );
  });
  cx.parameterPlaces.set(
    fn,
    symbols.map((symbol) => symbol.at),
  );
  return symbols;
}

/** Parameters that arrive promoted are known to the body by locals of their names. */
function writtenParameters(
  cx: Context,
  symbols: readonly ObjectSymbol[],
  prologue: readonly DeclareStmt[],
): ObjectSymbol[] {
  return symbols.map((symbol) => {
    if (symbol.name !== "" || cx.usage === null) return symbol;
    return prologue.find(({ object }) => object.at === symbol.at)?.object ?? symbol;
  });
}

function readOldStyle(
  cx: Context,
  node: ast.FunctionDefinition,
  identifiers: readonly ast.Identifier[],
): Map<string, { type: CType; at: number }> {
  const known = new Set(identifiers.map((identifier) => identifier.name));
  const result = new Map<string, { type: CType; at: number }>();
  for (const declaration of node.oldStyle) {
    const specified = specify(cx, declaration.specifiers);
    for (const { declarator } of declaration.declarators) {
      if (declarator.name === null) continue;
      const { name, first } = declarator.name;
      const built = buildType(cx, declarator, specified.type, "parameter").type;
      if (!known.has(name)) {
        cx.error(first, `declaration for parameter '${name}' but no such parameter`);
        continue;
      }
      const before = result.get(name);
      if (before !== undefined) {
        const text = `previous definition of '${name}' with type ${quoteType(before.type)}`;
        cx.error(first, `redefinition of parameter '${name}'`, { text, at: before.at });
        continue;
      }
      result.set(name, { type: adjustParameter(cx, built, 0), at: first });
    }
  }
  return result;
}

/** `passed` is the type that a prototype seen before makes callers pass, or null. */
function oldStyleParameter(
  cx: Context,
  name: string,
  at: number,
  type: CType,
  passed: CType | null,
  prologue: DeclareStmt[],
): ObjectSymbol {
  const where = { at, first: at, last: at };
  const stand = autoObject(cx, name, type, at, true);
  const place = { kind: "object" as const, ...where, type: cx.types.unqualified(type), object: stand };
  const loaded: Expr = { kind: "load", ...where, type: place.type, place, access: 0 };
  const promoted = defaultPromote(cx, loaded).type;
  if (passed !== null && !compatible(promoted.plain, passed.plain) && !compatible(type.plain, passed.plain)) {
    cx.error(at, `argument '${name}' doesn't match prototype`);
  }
  const arriving = passed === null ? promoted : cx.types.unqualified(passed);
  if (arriving.plain === type.plain) {
    cx.scope.declare(name, stand);
    return stand;
  }
  const hidden = autoObject(cx, "", arriving, at, true);
  const local = autoObject(cx, name, type, at, false);
  local.align = alignOf(type);
  cx.scope.declare(name, local);
  const source = { kind: "object" as const, ...where, type: arriving, object: hidden };
  const value = convert(cx, { kind: "load", ...where, type: arriving, place: source, access: 0 }, type, true);
  const entry = { offset: 0, type, bits: null, value, count: 1, stride: 0, path: null };
  prologue.push({ kind: "declare", at, object: local, init: { zero: false, entries: [entry] } });
  return hidden;
}

function finish(
  cx: Context,
  node: ast.FunctionDefinition,
  state: FunctionState,
  fn: FunctionSymbol,
  params: readonly ObjectSymbol[],
  body: BlockStmt,
): void {
  resolveGotos(cx, state);
  reportMissingLabels(cx, state);
  const definition: FunctionDefinition = {
    fn,
    params,
    body,
    labels: state.labels,
    locals: state.locals,
    temps: state.temps,
    variableTemporaries: state.variableRecords,
    callsSetjmp: state.callsSetjmp,
    at: node.first,
    end: node.last,
  };
  fn.definition = definition;
  const flow = analyse(definition);
  cx.usage?.endFunction(cx, state, flow, node.last);
  if (cx.wants("uninitialized")) cx.late.push((cx) => warnUninitialized(cx, definition));
  if (fn.noreturn && flow.likelyFallsOff) cx.warning(null, node.last, "'noreturn' function does return");
  cx.bodies.set(fn, { ...flow, unsupported: state.unsupported });
}

function reportMissingLabels(cx: Context, state: FunctionState): void {
  const reported = new Set<string>();
  for (const scope of [...state.labelScopes, ...state.closedLabelScopes]) {
    for (const [name, label] of scope) {
      if (label.target !== null || reported.has(name)) continue;
      if (label.usedAt >= 0) cx.error(label.usedAt, `label '${name}' used but not defined`);
      else cx.error(label.label.at, `label '${name}' declared but not defined`);
      reported.add(name);
    }
  }
}
