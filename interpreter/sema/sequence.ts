// -Wsequence-point: an expression that changes something and uses it elsewhere, with nothing that says which comes
// first.
//
// In: the tree of a full expression. Each node answers with two lists of what it reads and writes: what is done when
// its value is there (before some sequence point inside), and what may still be in flight. Lists of operands that C
// leaves unordered are laid side by side; an entry that is written in one and mentioned in another collides
// (gcc's verify_tree, whose order of lists is kept, as it decides which place is named).

import type * as ast from "../syntax/ast.js";
import { spelling } from "./assign.js";
import { isSame } from "./comparisons.js";
import type { Context } from "./context.js";
import { withParentheses } from "./where.js";

/** Something that can be changed, and the node that changes it; null: it is only used. */
interface Use {
  readonly expr: ast.Expr;
  writer: ast.Expr | null;
}

/** The end of a full expression; `before`: how many nodes that change something there were before it. */
export function sequencePoints(cx: Context, node: ast.Expr, before: number): void {
  const writes = cx.writes - before;
  if (writes === 0 || cx.unevaluated > 0 || !cx.wants("sequence-point")) return;
  // One alone at the top cannot collide.
  const isTop = node.kind === "Assign" || node.kind === "Postfix" || isStep(node);
  if (writes > 1 || !isTop) new SequenceCheck(cx).run(node);
}

function isStep(node: ast.Expr): boolean {
  return node.kind === "Unary" && (node.operator === "++" || node.operator === "--");
}

class SequenceCheck {
  readonly #warned: ast.Expr[] = [];

  constructor(readonly cx: Context) {}

  run(node: ast.Expr): void {
    const before: Use[] = [];
    const pending: Use[] = [];
    this.#visit(node, before, pending, null);
    this.#collide(pending);
  }

  #collide(list: readonly Use[]): void {
    for (const { expr, writer } of list) if (writer !== null) this.#collideWith(expr, writer, list, false);
  }

  #collideWith(written: ast.Expr, writer: ast.Expr, list: readonly Use[], onlyWrites: boolean): void {
    const { cx } = this;
    if (this.#warned.some((one) => isSame(one, written))) return;
    for (const use of list) {
      if (!isSame(use.expr, written) || use.writer === writer || (onlyWrites && use.writer === null))
        continue;
      this.#warned.push(written);
      const text = `operation on '${spelling(cx, use.expr)}' may be undefined`;
      const isPlain = writer.kind !== "Assign" || writer.operator === "=";
      const at = withParentheses(cx.tokens, writer);
      cx.warning("-Wsequence-point", isPlain ? at : at.at, text);
    }
  }

  #visit(node: ast.Expr, before: Use[], pending: Use[], writer: ast.Expr | null): void {
    if (isPlaceNode(node)) pending.push({ expr: node, writer });
    switch (node.kind) {
      case "Comma":
        this.#inOrder(node.left, node.right, before, pending);
        return;
      case "Binary":
        if (node.operator === "&&" || node.operator === "||")
          this.#inOrder(node.left, node.right, before, pending);
        else this.#sideBySide([node.left, node.right], pending);
        return;
      case "Conditional":
        this.#conditional(node, before, pending);
        return;
      case "Postfix":
        this.#visit(node.operand, pending, pending, node);
        return;
      case "Unary":
        if (isStep(node)) this.#visit(node.operand, pending, pending, node);
        else if (node.operator === "&" && node.operand.kind === "Name") return;
        else this.#visit(node.operand, before, pending, null);
        return;
      case "Cast":
        this.#visit(node.operand, before, pending, null);
        return;
      case "MemberAccess":
        this.#sideBySide([node.object], pending);
        return;
      case "Index":
        this.#sideBySide([node.object, node.index], pending);
        return;
      case "Assign":
        this.#assign(node, before, pending);
        return;
      case "Call":
        this.#call(node, before);
        return;
      default:
    }
  }

  #inOrder(left: ast.Expr, right: ast.Expr, before: Use[], pending: Use[]): void {
    const first: Use[] = [];
    const firstPending: Use[] = [];
    this.#visit(left, first, firstPending, null);
    this.#collide(firstPending);
    merge(before, first);
    merge(before, firstPending);
    const second: Use[] = [];
    const secondPending: Use[] = [];
    this.#visit(right, second, secondPending, null);
    this.#collide(secondPending);
    merge(before, second);
    merge(pending, secondPending);
  }

  #conditional(node: ast.Conditional, before: Use[], pending: Use[]): void {
    const arms: Use[] = [];
    for (const part of [node.condition, node.consequent, node.alternate]) {
      if (part === null) continue;
      const first: Use[] = [];
      const rest: Use[] = [];
      this.#visit(part, first, rest, null);
      this.#collide(rest);
      merge(before, first);
      merge(part === node.condition ? before : arms, rest);
    }
    pending.push(...arms);
  }

  #sideBySide(parts: readonly ast.Expr[], pending: Use[]): void {
    for (const part of parts) {
      const before: Use[] = [];
      const rest: Use[] = [];
      this.#visit(part, before, rest, null);
      merge(rest, before);
      pending.push(...rest);
    }
  }

  #assign(node: ast.Assign, before: Use[], pending: Use[]): void {
    const { target, value, operator } = node;
    const first: Use[] = [];
    const rest: Use[] = [];
    if (operator === "=") this.#visit(value, first, rest, null);
    else {
      this.#sideBySide([value], rest);
      if (isPlaceNode(target)) rest.push({ expr: target, writer: null });
    }
    const place: Use[] = [];
    this.#visit(target, place, place, node);
    add(first, place, node);
    this.#collide(first);
    add(pending, place, node);
    this.#collideWith(target, node, rest, true);
    merge(before, first);
    if (isPlaceNode(target)) merge(rest, [{ expr: target, writer: node }]);
    pending.push(...rest);
  }

  #call(node: ast.Call, before: Use[]): void {
    const all: Use[] = [];
    const callee: Use[] = [];
    if (node.callee.kind !== "Name") this.#visit(node.callee, all, callee, null);
    for (const arg of node.args) {
      const first: Use[] = [];
      const rest: Use[] = [];
      this.#visit(arg, first, rest, null);
      merge(rest, first);
      all.push(...rest);
    }
    all.push(...callee);
    this.#collide(all);
    before.push(...all);
  }
}

function isPlaceNode(node: ast.Expr): boolean {
  if (node.kind === "Unary") return node.operator === "*";
  return node.kind === "Name" || node.kind === "MemberAccess" || node.kind === "Index";
}

/** Copies of all but what `except` writes. */
function add(to: Use[], list: readonly Use[], except: ast.Expr): void {
  for (const use of list) if (use.writer !== except) to.push({ ...use });
}

/** What is there already only learns that it is written. */
function merge(to: Use[], list: readonly Use[]): void {
  for (const use of list) {
    const known = to.filter((one) => isSame(one.expr, use.expr));
    if (known.length === 0) to.push(use);
    for (const one of known) one.writer ??= use.writer;
  }
}
