// What the words of a declaration say besides its type: -Wduplicate-decl-specifier, -Wold-style-declaration,
// -Wignored-qualifiers. The tree has them sorted; the tokens still stand in their order.

import type * as ast from "../syntax/ast.js";
import type { Context } from "./context.js";
import type { CType } from "./types.js";
import { readingPlace } from "./where.js";

const QUALIFIERS = new Set([
  "const",
  "__const",
  "__const__",
  "volatile",
  "__volatile",
  "__volatile__",
  "restrict",
]);
const STORAGE = new Set(["static", "extern", "typedef", "auto", "register"]);
const INLINE = new Set(["inline", "__inline", "__inline__"]);

/** The specifiers of a declaration. */
export function warnSpecifiers(cx: Context, node: ast.DeclSpecifiers): void {
  const { storage, inline, qualifiers, first, last } = node;
  if (first === last) return;
  if (qualifiers !== 0 && cx.wants("duplicate-decl-specifier")) {
    warnDuplicates(cx, first, last);
  }
  if ((storage !== null || inline) && cx.wants("old-style-declaration")) warnLateStorage(cx, node);
}

/** `const const`, also in a pointer's qualifiers. Words inside brackets and braces belong to others. */
export function warnDuplicates(cx: Context, first: number, last: number): void {
  const { text } = cx.tokens;
  const seen = new Map<string, number>();
  let depth = 0;
  for (let i = first; i <= last; i++) {
    const word = text[i]!;
    if (word === "(" || word === "{" || word === "[") depth++;
    else if (word === ")" || word === "}" || word === "]") depth--;
    if (depth > 0 || !QUALIFIERS.has(word)) continue;
    const name = word.replaceAll("_", "");
    // A macro may bring its own.
    const before = seen.get(name);
    if (before !== undefined && cx.tokens.origin[i] === 0 && cx.tokens.origin[before] === 0) {
      cx.warning("-Wduplicate-decl-specifier", i, `duplicate '${word}' declaration specifier`);
    }
    seen.set(name, i);
  }
}

/** `int static x;` */
function warnLateStorage(cx: Context, node: ast.DeclSpecifiers): void {
  const { first, last, type } = node;
  const { text } = cx.tokens;
  const isType = type.kind === "BasicType" && type.implicit ? () => false : (i: number) => i >= type.first;
  let other = false;
  for (let i = first; i <= last; i++) {
    const word = text[i]!;
    if (STORAGE.has(word) || INLINE.has(word)) {
      if (other) {
        const at = readingPlace(cx.tokens, first, i - 1);
        cx.warning("-Wold-style-declaration", at, `'${word}' is not at beginning of declaration`);
      }
      continue;
    }
    if (word === "__attribute__" || word === "__attribute" || word === "_Alignas") {
      i = closing(text, i + 1);
    } else if (type.kind !== "BasicType" && i === type.first) {
      other = true;
      i = type.last;
    } else if (isType(i) || QUALIFIERS.has(word)) other = true;
  }
}

/** The bracket that closes the one at `open`. */
function closing(text: readonly string[], open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  return open;
}

/** Qualifiers of what a function returns mean nothing. */
export function warnIgnoredQualifiers(
  cx: Context,
  specifiers: ast.DeclSpecifiers,
  declarator: ast.Declarator,
  result: CType,
): void {
  if (result.quals === 0 || !cx.wants("ignored-qualifiers")) return;
  const at =
    result.kind === "pointer" && result.alias === null ? declarator.name?.first : qualifierOf(cx, specifiers);
  cx.warning(
    "-Wignored-qualifiers",
    at ?? specifiers.first,
    "type qualifiers ignored on function return type",
  );
}

function qualifierOf(cx: Context, { first, type }: ast.DeclSpecifiers): number {
  for (let i = first; i < type.last; i++) if (QUALIFIERS.has(cx.tokens.text[i]!)) return i;
  return type.first;
}
