// Statements whose layout says something else than their syntax: -Wmisleading-indentation, -Wmultistatement-macros,
// -Wempty-body. All three ask what stands behind the body of an `if`, `else`, `while` or `for` without braces.
//
// What is compared are visual columns of the guard, the body and the next statement, each taken where its outermost
// macro was called (the rules are gcc's, c-indentation.cc: which cases are left alone matters more than which are found).

import type { FileTable, SourceFile } from "../source/file.js";
import type * as ast from "../syntax/ast.js";
import type { Context } from "./context.js";

export type Guard = "if" | "else" | "while" | "for" | "switch";

/** `guardAt`: the keyword. The statement is the guard's body, `next` the token behind it. */
export function warnLayout(cx: Context, guard: Guard, guardAt: number, body: ast.Statement): void {
  const next = body.last + 1;
  const { tokens } = cx;
  if (body.kind === "Compound" || next >= tokens.length) return;
  const nextText = tokens.text[next]!;
  const isMuddy = nextText !== "}" && nextText !== "else" && nextText !== ";" && guard !== "switch";
  if (isMuddy && cx.wants("misleading-indentation") && isMisleading(cx, guard, guardAt, body, next)) {
    const text = `...this statement, but the latter is misleadingly indented as if it were guarded by the '${guard}'`;
    const what = `this '${guard}' clause does not guard...`;
    cx.warning("-Wmisleading-indentation", guardAt, what, { text, at: next });
  }
  if (nextText === "else" || nextText === ";" || !cx.wants("multistatement-macros")) return;
  const start = body.kind === "Labeled" ? body.body.first : body.first;
  if (!cx.sink.origins.sharesBody(tokens.origin[start]!, tokens.origin[next]!, tokens.origin[guardAt]!))
    return;
  if (tokens.pos[start] === tokens.pos[next] || tokens.pos[start] === tokens.pos[guardAt]) return;
  const text = `some parts of macro expansion are not guarded by this '${guard}' clause`;
  cx.warning("-Wmultistatement-macros", start, "macro expands to multiple statements", { text, at: guardAt });
}

/** `if (a);` */
export function warnEmptyBody(cx: Context, guard: "if" | "else" | "do", body: ast.Statement): void {
  const inner = body.kind === "Labeled" ? body.body : body;
  if (inner.kind !== "EmptyStatement" || !cx.wants("empty-body")) return;
  if (cx.tokens.text[inner.first] !== ";") return;
  if (guard === "if" && cx.tokens.text[inner.last + 1] === "else") return;
  const what =
    guard === "if" ? "an 'if' statement" : guard === "else" ? "an 'else' statement" : "'do' statement";
  cx.warning("-Wempty-body", inner.first, `suggest braces around empty body in ${what}`);
}

/** A token where a reader sees it: line and column, and the column where its line's text begins. */
interface Seen {
  readonly pos: number;
  readonly file: SourceFile;
  readonly line: number;
  readonly column: number;
  readonly ink: number;
}

function isMisleading(
  cx: Context,
  guard: Guard,
  guardAt: number,
  body: ast.Statement,
  nextAt: number,
): boolean {
  const { files } = cx.sink;
  if (files === null) return false;
  const [g, b, n] = [seen(cx, files, guardAt), seen(cx, files, body.first), seen(cx, files, nextAt)];
  if (g === null || b === null || n === null || n.file !== b.file || b.file.lineMarks.length > 0)
    return false;
  if (g.pos === b.pos || b.pos === n.pos) return false;
  if (n.line === b.line) {
    if (g.file !== b.file || g.line < b.line) return true;
    return g.line === b.line && g.column === g.ink;
  }
  if (n.line < b.line || n.ink < n.column) return false;
  const isEmpty = cx.tokens.text[body.first] === ";";
  const isHidden = isEmpty && b.line > g.line && b.ink !== b.column && n.column > g.ink;
  if ((!isEmpty && n.column === b.column) || isHidden) {
    if ((guard === "else" ? g.ink : g.column) === b.column || b.column <= g.ink) return false;
    return !unindents(b.file, b.line, n.line, Math.min(n.column, b.column));
  }
  if (!isEmpty || b.line !== g.line) return false;
  return n.column > g.ink || (cx.tokens.text[nextAt] === "{" && n.column === g.ink);
}

function seen(cx: Context, files: FileTable, token: number): Seen | null {
  const { tokens, sink } = cx;
  const pos = sink.origins.outermostCall(tokens.pos[token]!, tokens.origin[token]!);
  const file = files.fileAt(pos);
  if (file === null) return null;
  const line = file.lineOf(pos - file.base);
  const start = file.lineStarts[line - 1]!;
  return { pos, file, line, column: visual(file.text, start, pos - file.base), ink: inkOf(file, line) };
}

function visual(text: string, from: number, to: number): number {
  let column = 0;
  for (let i = from; i < to; i++) column = text[i] === "\t" ? column - (column % 8) + 8 : column + 1;
  return column;
}

function inkOf(file: SourceFile, line: number): number {
  const start = file.lineStarts[line - 1]!;
  const text = file.lineText(line);
  return visual(file.text, start, start + text.length - text.trimStart().length);
}

function unindents(file: SourceFile, from: number, to: number, column: number): boolean {
  for (let line = from + 1; line < to; line++) {
    if (file.lineText(line).trim() !== "" && inkOf(file, line) < column) return true;
  }
  return false;
}
