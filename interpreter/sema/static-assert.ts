// _Static_assert: evaluated where it stands, at file scope, in a block or in a struct.

import type * as ast from "../syntax/ast.js";
import { stringText } from "./attributes.js";
import { integerOf } from "./constant.js";
import type { Context } from "./context.js";
import { rvalue } from "./convert.js";

export function staticAssert(cx: Context, node: ast.StaticAssert): void {
  const value = rvalue(cx, cx.upward.expr(node.condition));
  if (value.kind === "invalid") return;
  if (integerOf(value.type) === null) {
    cx.error(node.condition.first, "expression in static assertion is not an integer");
  } else if (value.kind !== "int") {
    cx.error(node.condition.first, "expression in static assertion is not constant");
  } else if (value.value === 0n) {
    const message = node.message === null ? "" : `: "${stringText(node.message)}"`;
    cx.error(node.first, `static assertion failed${message}`);
  }
}
