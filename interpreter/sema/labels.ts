// Labels and jumps. A label is found by name, innermost `__label__` scope first, and made when first used or
// defined. A jump knows from the two places which objects it leaves behind.

import type { Identifier } from "../syntax/ast.js";
import type { Context, FunctionState, JumpPoint, LabelState, LeaveScope, PendingGoto } from "./context.js";
import type { Label, Leave } from "./tree.js";

/** The label of a name; if it is new, it belongs to the whole function. */
export function labelState(cx: Context, fn: FunctionState, node: Identifier): LabelState {
  for (let i = fn.labelScopes.length - 1; i >= 0; i--) {
    const known = fn.labelScopes[i]!.get(node.name);
    if (known !== undefined) return known;
  }
  return declareLabel(cx, fn, node, fn.labelScopes[0]!);
}

export function declareLabel(
  cx: Context,
  fn: FunctionState,
  node: Identifier,
  scope: Map<string, LabelState>,
): LabelState {
  const label: Label = { id: cx.id(), name: node.name, at: node.first, addressTaken: false };
  const state: LabelState = { label, target: null, usedAt: -1, unused: false };
  scope.set(node.name, state);
  fn.labels.push(label);
  return state;
}

/** A use: `goto name` or `&&name`. */
export function useLabel(cx: Context, node: Identifier, at = node.first): Label {
  const state = labelState(cx, cx.fn!, node);
  if (state.usedAt < 0) state.usedAt = at;
  return state.label;
}

/** What a jump from one place of a function to another leaves behind, innermost first. */
export function leaving(from: JumpPoint, to: JumpPoint): Leave[] {
  const list: Leave[] = [];
  let { scope, alive } = from;
  let target = to;
  const up = () => {
    for (let i = alive - 1; i >= 0; i--) list.push(scope.entries[i]!);
    alive = scope.aliveInParent;
    scope = scope.parent!;
  };
  const targetUp = () => {
    target = { scope: target.scope.parent!, alive: target.scope.aliveInParent };
  };
  while (scope.depth > target.scope.depth) up();
  while (target.scope.depth > scope.depth) targetUp();
  while (scope !== target.scope) {
    up();
    targetUp();
  }
  for (let i = alive - 1; i >= target.alive; i--) list.push(scope.entries[i]!);
  return withLastRelease(list);
}

/** Giving the stack back to the outermost array gives back all of it, so that only the last release counts. */
export function withLastRelease(list: Leave[]): Leave[] {
  let last = list.length - 1;
  while (last >= 0 && list[last]!.kind !== "release") last--;
  if (last < 0) return list;
  return list.filter((leave, i) => leave.kind !== "release" || i === last);
}

export function here(fn: FunctionState): JumpPoint {
  return { scope: fn.leave, alive: fn.leave.entries.length };
}

/** Give every goto its list, and report labels that are missing or must not be jumped to. */
export function resolveGotos(cx: Context, fn: FunctionState): void {
  for (const pending of fn.gotos) {
    const target = pending.state.target;
    if (target === null) continue;
    pending.leave.push(...leaving(pending.from, target));
    checkEntry(cx, pending, target);
  }
}

/** Jumping into a statement expression, or past the declaration of a variable-length array, is an error. */
function checkEntry(cx: Context, pending: PendingGoto, target: JumpPoint): void {
  let from: LeaveScope | null = pending.from.scope;
  const outside = new Set<LeaveScope>();
  for (; from !== null; from = from.parent) outside.add(from);
  let point = target;
  while (!outside.has(point.scope)) {
    if (point.scope.statementExpr) {
      const { label } = pending.state;
      cx.error(pending.at, "jump into statement expression", {
        text: `label '${label.name}' defined here`,
        at: label.at,
      });
      return;
    }
    if (reportArray(cx, pending, point, 0)) return;
    point = { scope: point.scope.parent!, alive: point.scope.aliveInParent };
  }
  const alive = aliveIn(point.scope, pending.from);
  reportArray(cx, pending, point, alive);
}

/** How many entries of an enclosing scope were alive where the jump starts. */
function aliveIn(scope: LeaveScope, from: JumpPoint): number {
  let { scope: at, alive } = from;
  while (at !== scope) {
    alive = at.aliveInParent;
    at = at.parent!;
  }
  return alive;
}

function reportArray(cx: Context, pending: PendingGoto, point: JumpPoint, alive: number): boolean {
  for (let i = alive; i < point.alive; i++) {
    const entry = point.scope.entries[i]!;
    if (entry.kind !== "release") continue;
    const { label } = pending.state;
    cx.error(
      pending.at,
      "jump into scope of identifier with variably modified type",
      { text: `label '${label.name}' defined here`, at: label.at },
      { text: `'${entry.object.name}' declared here`, at: entry.object.at },
    );
    return true;
  }
  return false;
}
