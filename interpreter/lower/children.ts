// Which expressions can change a variable that lies in a register? Asked to know whether a value read earlier must
// be copied first, since operands are evaluated from left to right. Calls cannot: such a variable has no address.

import type { Expr, Place } from "../sema/tree.js";

/** What evaluating a node evaluates, one level down. */
function childrenOf(node: Expr | Place): readonly (Expr | Place)[] {
  switch (node.kind) {
    case "deref":
      return [node.pointer];
    case "member":
      return [node.base];
    case "temporary":
    case "to-union":
      return [node.value];
    case "load":
    case "address":
      return [node.place];
    case "unary":
    case "cast":
      return [node.operand];
    case "binary":
    case "compare":
    case "logical":
    case "comma":
      return [node.left, node.right];
    case "ptrdiff":
      return typeof node.size === "number" ? [node.left, node.right] : [node.left, node.right, node.size];
    case "overflow":
      return node.target === null ? [node.left, node.right] : [node.left, node.right, node.target];
    case "conditional":
      return [node.test, node.consequent, node.alternate];
    case "ptradd":
      return typeof node.size === "number"
        ? [node.pointer, node.index]
        : [node.pointer, node.index, node.size];
    case "call":
      return node.pointer === null ? node.args : [node.pointer, ...node.args];
    case "builtin":
      return node.args;
    case "atomic":
      return node.value === null ? [node.pointer] : [node.pointer, node.value];
    case "cmpxchg":
      return [node.pointer, node.expected, node.desired];
    case "va-arg":
      return [node.list];
    case "assign":
    case "update":
      return [node.place, node.value];
    default:
      return [];
  }
}

export class AssignmentFinder {
  readonly #known = new Map<Expr | Place, boolean>();

  /** May evaluating this write the register of a variable? */
  mayAssign(node: Expr | Place): boolean {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const found = writesHere(node) || childrenOf(node).some((child) => this.mayAssign(child));
    this.#known.set(node, found);
    return found;
  }
}

function writesHere(node: Expr | Place): boolean {
  switch (node.kind) {
    case "assign":
    case "update":
      return node.place.kind === "object";
    // A statement expression can hold anything; an initialiser too.
    case "statements":
    case "set-temp":
    case "compound":
      return true;
    default:
      return false;
  }
}
