// Those of gcc's -Wall that ask what is never used, what never returns, and what looks like something else. The kernel
// is built with -Wall, so a patch that leaves a variable unused is told so by everybody's compiler.
//
// Which names are used is counted where names are looked up. A variable is only set when all that happens to it is
// being the target of a plain assignment whose value nobody takes (gcc's DECL_READ_P).

import type * as ast from "../syntax/ast.js";
import type { Context, FunctionState, Where } from "./context.js";
import { isConstant } from "./convert.js";
import type { Flow } from "./flow.js";
import type { TypedefSymbol } from "./scope.js";
import type { Expr, FunctionSymbol, ObjectSymbol } from "./tree.js";
import type { CType } from "./types.js";
import { Qual } from "./types.js";
import { readingPlace, whereOf } from "./where.js";

export class Usage {
  readonly #mentions = new Map<ObjectSymbol | FunctionSymbol, number>();
  readonly #sets = new Map<ObjectSymbol, number>();
  /** Marked `unused`, `used`, or with a cleanup: nobody need mention them. */
  readonly #exempt = new Set<ObjectSymbol | FunctionSymbol>();
  readonly #usedTypedefs = new Set<TypedefSymbol>();
  readonly #locals: ObjectSymbol[] = [];

  fork(): Usage {
    const copy = new Usage();
    for (const [symbol, count] of this.#mentions) copy.#mentions.set(symbol, count);
    for (const [object, count] of this.#sets) copy.#sets.set(object, count);
    for (const symbol of this.#exempt) copy.#exempt.add(symbol);
    return copy;
  }

  mention(symbol: ObjectSymbol | FunctionSymbol): void {
    this.#mentions.set(symbol, (this.#mentions.get(symbol) ?? 0) + 1);
  }

  /** `object = value;` as a statement: the mention was no reading. */
  onlySet(object: ObjectSymbol): void {
    this.#sets.set(object, (this.#sets.get(object) ?? 0) + 1);
  }

  useTypedef(one: TypedefSymbol): void {
    this.#usedTypedefs.add(one);
  }

  exempt(symbol: ObjectSymbol | FunctionSymbol): void {
    this.#exempt.add(symbol);
  }

  declareLocal(object: ObjectSymbol): void {
    this.#locals.push(object);
  }

  beginScope(): number {
    return this.#locals.length;
  }

  /** The scope whose locals begin at number `from` ends: the latest ones are spoken of first, as in gcc. */
  endScope(cx: Context, from: number): void {
    const locals = this.#locals;
    while (locals.length > from) {
      const object = locals.pop()!;
      const { name, at } = object;
      if (this.#exempt.has(object) || object.type.kind === "poison") continue;
      const mentions = this.#mentions.get(object) ?? 0;
      if (mentions === 0) cx.warning("-Wunused-variable", at, `unused variable '${name}'`);
      else if (mentions === this.#sets.get(object)) {
        cx.warning("-Wunused-but-set-variable", at, `variable '${name}' set but not used`);
      }
    }
  }

  endFunction(cx: Context, state: FunctionState, flow: Flow, end: number): void {
    for (const scope of [...state.labelScopes, ...state.closedLabelScopes]) {
      for (const [name, { usedAt, label, target, unused }] of scope) {
        if (usedAt >= 0 || target === null || unused) continue;
        cx.warning("-Wunused-label", label.at, `label '${name}' defined but not used`);
      }
    }
    const { kind } = state.fn.type.result;
    const isQuiet = kind === "void" || kind === "poison" || state.implicitInt || state.fn.noreturn;
    const isWithout = flow.returnsNever && state.fn.linkage === "internal" && !isQuiet;
    if (isWithout) {
      const text = "no return statement in function returning non-void";
      cx.warning("-Wreturn-type", readingPlace(cx.tokens, 0, end), text);
    }
    this.#checkParameters(cx, state);
    cx.late.push((cx) => {
      for (const { from, into } of flow.likelyFallThrough) {
        if (isToldByComment(cx, into)) continue;
        const note = { text: "here", at: into };
        cx.warning("-Wimplicit-fallthrough=", from, "this statement may fall through", note);
      }
      if (!isWithout) this.#checkReturn(cx, state.fn, flow, end);
    });
  }

  #checkParameters(cx: Context, { parameters, typedefs }: FunctionState): void {
    for (const [object, at] of parameters) {
      const mentions = this.#mentions.get(object) ?? 0;
      if (mentions === 0 || mentions !== this.#sets.get(object) || this.#exempt.has(object)) continue;
      cx.warning("-Wunused-but-set-parameter", at, `parameter '${object.name}' set but not used`);
    }
    for (const one of typedefs) {
      if (this.#usedTypedefs.has(one)) continue;
      const text = `typedef '${one.name}' locally defined but not used`;
      cx.warning("-Wunused-local-typedefs", one.at, text);
    }
    for (const [object, at] of parameters) {
      if (object.name === "" || this.#mentions.has(object) || this.#exempt.has(object)) continue;
      if (object.type.kind === "poison") continue;
      cx.warning("-Wunused-parameter", at, `unused parameter '${object.name}'`);
    }
  }

  #checkReturn(cx: Context, fn: FunctionSymbol, flow: Flow, end: number): void {
    const { kind } = fn.type.result;
    if (kind === "void" || kind === "poison" || fn.name === "main" || fn.noreturn || !flow.likelyFallsOff)
      return;
    const text = "control reaches end of non-void function";
    cx.warning("-Wreturn-type", end, text);
  }

  /** What only the end of the unit can tell. */
  endUnit(cx: Context): void {
    for (const fn of cx.functions) {
      if (fn.linkage !== "internal" || fn.at < 0 || this.#isUsed(fn) || cx.kept.has(fn)) continue;
      const attributes = cx.functionAttributes.get(fn);
      if (fn.inline || attributes?.used === true || attributes?.unused === true) continue;
      const text =
        fn.definition === null
          ? `'${fn.name}' declared 'static' but never defined`
          : `'${fn.name}' defined but not used`;
      if (fn.alias === null) cx.warning("-Wunused-function", fn.at, text);
    }
    for (const object of cx.objects) {
      const { name, at, linkage, type } = object;
      // Of static locals gcc says so a second time.
      const isLocal = linkage === "none" && object.storage === "static";
      if (
        (linkage !== "internal" && !isLocal) ||
        name === "" ||
        at < 0 ||
        this.#isUsed(object) ||
        cx.kept.has(object)
      )
        continue;
      const isConst = (type.quals & Qual.Const) !== 0;
      const option = isConst ? "-Wunused-const-variable=" : "-Wunused-variable";
      cx.warning(option, at, `'${name}' defined but not used`);
    }
  }

  #isUsed(symbol: ObjectSymbol | FunctionSymbol): boolean {
    return this.#mentions.has(symbol) || this.#exempt.has(symbol);
  }
}

/** What comments say it is meant, by the level of -Wimplicit-fallthrough from which on no others do. */
const FALLS: readonly (readonly [number, RegExp])[] = [
  [1, /^/],
  [2, /falls?[ \t-]*thr(ough|u)/i],
  [4, /^(-fallthrough|@fallthrough@|[ \t]*FALLTHR(OUGH|U)[ \t]*)$/],
  [3, /^lint -fallthrough[ \t]*$/],
  [3, /^[ \t.!]*(ELSE,? |INTENTIONAL(LY)? )?FALL(S | |-)?THR(OUGH|U)[ \t.!]*(-[^\n]*)?$/],
  [3, /^[ \t.!]*(Else,? |Intentional(ly)? )?Fall((s | |-)[Tt]|t)hr(ough|u)[ \t.!]*(-[^\n]*)?$/],
  [3, /^[ \t.!]*([Ee]lse,? |[Ii]ntentional(ly)? )?fall(s | |-)?thr(ough|u)[ \t.!]*(-[^\n]*)?$/],
];

/** Does a comment in front of a label say that falling into it is meant? */
function isToldByComment(cx: Context, label: number): boolean {
  const level = cx.sink.warnings?.level("implicit-fallthrough") ?? 0;
  const { tokens } = cx;
  const file = cx.sink.files?.fileAt(tokens.pos[label]!) ?? null;
  if (level === 0 || level > 4 || file === null || tokens.origin[label] !== 0) return false;
  const before = tokens.span(label - 1);
  const from = before.pos + before.length - file.base;
  if (before.origin !== 0 || from < 0) return false;
  const between = file.text.slice(from, tokens.pos[label]! - file.base);
  for (const [, block, line] of between.matchAll(/\/\*([\s\S]*?)\*\/|\/\/([^\n]*)/g)) {
    const text = block ?? line ?? "";
    if (FALLS.some(([upTo, form]) => level <= upTo && form.test(text))) return true;
  }
  return false;
}

/** What main() has to look like. */
export function warnMain(cx: Context, fn: FunctionSymbol): void {
  const { at, type } = fn;
  if (fn.name !== "main" || !cx.wants("main")) return;
  const say = (text: string) => cx.warning("-Wmain", at, text);
  const isInt = (one: CType | undefined) => one?.kind === "int" && one.name === "int";
  const isStrings = (one: CType) =>
    one.kind === "pointer" &&
    one.target.kind === "pointer" &&
    one.target.target.kind === "int" &&
    one.target.target.name === "char";
  if (!isInt(type.result.plain)) say("return type of 'main' is not 'int'");
  type.params.forEach((param, i) => {
    if (i === 0 && !isInt(param.plain)) say("first argument of 'main' should be 'int'");
    else if (i === 1 && !isStrings(param)) say("second argument of 'main' should be 'char **'");
    else if (i === 2 && !isStrings(param)) say("third argument of 'main' should probably be 'char **'");
  });
  const { length } = type.params;
  if (length === 1 || length > 3) say("'main' takes only zero or two arguments");
  if (fn.linkage === "internal") say("'main' is normally a non-static function");
}

// ------------------------------------------------------------------------------------------------------ parentheses

const COMPARISONS = new Set<string>(["==", "!=", "<", ">", "<=", ">="]);

/** `if (a = b)`; parentheses of its own say that it is meant. `at`: all of it, parentheses included. */
export function warnAssignedCondition(cx: Context, node: ast.Expr, at: Where): void {
  if (node.kind !== "Assign" || node.operator !== "=" || at.first < node.first) return;
  const what = "suggest parentheses around assignment used as truth value";
  cx.warning("-Wparentheses", node.first, what);
}

/** Operands whose operator binds tighter than some readers think (gcc's warn_about_parentheses). */
export function warnParentheses(cx: Context, node: ast.Binary, values: { left: Expr; right: Expr }): void {
  const left = bareOperator(node, node.left);
  const right = bareOperator(node, node.right);
  if (left === "" && right === "") return;
  // Of all that could be said the first is: rule by rule, the left operand before the right one.
  for (const rule of rulesOf(node.operator)) {
    const text = rule(left) ?? rule(right);
    if (text === null) continue;
    const side = rule(left) === null ? "right" : "left";
    // What has become a constant has no place of its own.
    const at = isConstant(values[side]) ? node.operatorToken : whereOf(cx.tokens, node[side]);
    cx.warning("-Wparentheses", at, text);
    return;
  }
}

/** What is said of an operand by its operator. */
type Rule = (inner: string) => string | null;

function rulesOf(operator: string): Rule[] {
  const suggest = (what: string, where: string) =>
    `suggest parentheses around ${what} ${where} '${operator}'`;
  const one =
    (wanted: string, where: string): Rule =>
    (inner) =>
      inner === wanted ? suggest(`'${wanted}'`, where) : null;
  const comparison: Rule = (inner) =>
    COMPARISONS.has(inner) ? suggest("comparison", "in operand of") : null;
  const arithmetic =
    (...wanted: string[]): Rule =>
    (inner) =>
      wanted.includes(inner) ? suggest("arithmetic", "in operand of") : null;
  switch (operator) {
    case "<<":
    case ">>":
      return [one("+", "inside"), one("-", "inside")];
    case "||":
      return [one("&&", "within")];
    case "|":
      return [arithmetic("&", "^", "+", "-"), comparison];
    case "^":
      return [arithmetic("&", "+", "-"), comparison];
    case "&":
      return [one("+", "in operand of"), one("-", "in operand of"), comparison];
    case "==":
    case "!=":
      return [comparison];
    default: {
      const text = "comparisons like 'X<=Y<=Z' do not have their mathematical meaning";
      const isChain = (inner: string) => COMPARISONS.has(inner) && inner !== "==" && inner !== "!=";
      return COMPARISONS.has(operator) ? [(inner) => (isChain(inner) ? text : null)] : [];
    }
  }
}

/** The operator of a binary operand without parentheses of its own; "" for any other. */
function bareOperator(node: ast.Binary, operand: ast.Expr): string {
  if (operand.kind !== "Binary") return "";
  const isBare = operand === node.left ? node.first === operand.first : node.last === operand.last;
  return isBare ? operand.operator : "";
}

/** The variable that an assignment sets without reading it: all of it, a member, or an element of an array. */
export function setObject(cx: Context, target: ast.Expr): ObjectSymbol | null {
  const steps: ast.Expr[] = [];
  let at = target;
  while ((at.kind === "MemberAccess" && !at.arrow) || at.kind === "Index") {
    steps.push(at);
    at = at.object;
  }
  if (at.kind !== "Name") return null;
  const found = cx.find(at.name);
  if (found?.kind !== "object") return null;
  // A subscript of a pointer reads the pointer.
  let type: CType | undefined = found.type;
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (step.kind === "Index") type = type?.kind === "array" ? type.element : undefined;
    else if (step.kind === "MemberAccess")
      type = type?.kind === "record" ? type.decl.members.get(step.member.name)?.field.type : undefined;
    if (type === undefined) return null;
  }
  return found;
}
