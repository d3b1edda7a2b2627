// The token of an expression at which a message about it points: gcc 12's choice for each construct.

import { TokenKind, type TokenList } from "../cpp/token.js";
import type * as ast from "../syntax/ast.js";
import type { Where } from "./context.js";

export function whereOf(tokens: TokenList, node: ast.Expr): Where {
  return { at: caretOf(tokens, node), first: node.first, last: node.last };
}

/** The same with the parentheses round it, which lie between the tokens `low` and `high`. */
export function wholeOf(tokens: TokenList, node: ast.Expr, low: number, high: number): Where {
  const { text } = tokens;
  let { first, last } = node;
  while (first > low && last < high && text[first - 1] === "(" && text[last + 1] === ")") {
    first--;
    last++;
  }
  // Names and constants have no place of their own besides the one where they are used.
  const isLeaf = node.kind === "Name" || node.kind.endsWith("Literal");
  return { at: isLeaf ? first : caretOf(tokens, node), first, last };
}

/** The same with the parentheses round it, wherever it stands: those of a call, a cast or a statement are not its own. */
export function withParentheses(tokens: TokenList, node: ast.Expr): Where {
  const { text, kind } = tokens;
  let { first, last } = node;
  while (text[first - 1] === "(" && text[last + 1] === ")") {
    const before = text[first - 2];
    if (before === "]" || (kind[first - 2] === TokenKind.Identifier && before !== "return")) break;
    first--;
    last++;
  }
  return { at: caretOf(tokens, node), first, last };
}

/**
 * Where gcc stands once it has read the token `at` of a declaration that begins at `first`: messages about what is
 * missing are said there. It is the latest beginning of a line, or what stands behind `struct`, `union` or `enum`.
 */
export function readingPlace(tokens: TokenList, first: number, at: number): number {
  for (let i = at; i > first; i--) {
    if (tokens.lineStart(i) || /^(struct|union|enum)$/.test(tokens.text[i - 1]!)) return i;
  }
  return first;
}

export function caretOf(tokens: TokenList, node: ast.Expr): number {
  switch (node.kind) {
    case "Binary":
    case "Assign":
      return node.operatorToken;
    case "MemberAccess":
      // The dot or arrow stands right in front of the name.
      return node.member.first - 1;
    case "Index":
      return skip(tokens, node.object.last + 1, ")");
    case "Postfix":
      return node.last;
    case "Conditional":
      // The colon.
      return skipBack(tokens, node.alternate.first - 1, "(");
    default:
      return node.first;
  }
}

/** Parentheses round an operand belong to nobody in the tree; step over the closing ones. */
function skip(tokens: TokenList, index: number, text: string): number {
  let at = index;
  while (at < tokens.length && tokens.text[at] === text) at++;
  return at;
}

function skipBack(tokens: TokenList, index: number, text: string): number {
  let at = index;
  while (at > 0 && tokens.text[at] === text) at--;
  return at;
}
