// Labels of a function: found by name, innermost `__label__` scope first, and made when first used or defined.

import type { Identifier } from "../syntax/ast.js";
import type { Context, FunctionState, LabelState } from "./context.js";
import type { Label } from "./tree.js";

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
  const state: LabelState = { label, target: null, usedAt: -1 };
  scope.set(node.name, state);
  fn.labels.push(label);
  return state;
}

/** A use: `goto name` or `&&name`. */
export function useLabel(cx: Context, node: Identifier): Label {
  const state = labelState(cx, cx.fn!, node);
  if (state.usedAt < 0) state.usedAt = node.first;
  return state.label;
}
