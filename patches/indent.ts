// Says where a line of C belongs, in kernel style (Documentation/process/coding-style.rst) or with the step and
// braces of another: `case` under its `switch`, labels at the left, arguments under their open parenthesis. It is
// fed the lines above, whose indent is known, and follows braces, parentheses, comments and long statements.
//
// The hard thing is the control without braces: `if (a)` / `x();` gives the deeper indent to one statement only,
// nested ones end together, and an `else` goes back to its `if`. So open controls are a stack that the end of a
// statement empties, and the `if`s among them are kept for one line in case an `else` follows.

import type { CodeStyle } from "./style.js";

interface Brace {
  /** Column of the line that closes it. */
  readonly base: number;
  /** Column of the statement it belongs to; in GNU style that is not the column of the brace. */
  readonly outer: number;
  /** Column of the lines in it. */
  inner: number;
  readonly isSwitch: boolean;
  /** Initialiser, enum or struct: entries, no statements. */
  readonly isList: boolean;
}

interface Paren {
  /** Column behind the parenthesis, or null when it ends its line. */
  readonly column: number | null;
  /** Column of the line it stands in. */
  readonly base: number;
}

interface Statement {
  readonly column: number;
  readonly control: boolean;
  readonly isIf: boolean;
  /** Where the operands of what goes on are aligned, when that is known. */
  align: number | null;
  /** Ends in `=`: a brace on the next line opens a list. */
  assigns: boolean;
}

interface Control {
  readonly column: number;
  readonly isIf: boolean;
}

export interface Tracker {
  /** Column of a line with this (trimmed) text. */
  predict(text: string): number;
  /** Takes the next line; its indent is now known. */
  feed(text: string, indent: number): void;
  /** Inside a comment that began on an earlier line. */
  inComment(): boolean;
  /** Inside an initialiser, enum or struct. */
  inList(): boolean;
}

const CONTROL =
  /^(?:\}\s*)?(?:else\s+)?(?:if|while|for|switch|[a-z_]*for_each[a-z_]*|[a-z_]+_for_each[a-z_0-9]*)\b\s*\(/;
const IF = /^(?:\}\s*)?(?:else\s+)?if\b/;
/** In device trees a property may begin with `#`. */
const DIRECTIVE = /^#\s*(?:include|define|undef|if|ifdef|ifndef|elif|else|endif|error|warning|pragma|line)\b/;
const CASE = /^(?:case\b.*|default\s*):/;

export function isLabel(text: string): boolean {
  return /^[A-Za-z_]\w*\s*:(?!:)\s*(?:\/\*.*)?$/.test(text) && !/^default\b/.test(text);
}

export function tracker(style: CodeStyle): Tracker {
  const { unit } = style;
  const braces: Brace[] = [];
  const parens: Paren[] = [];
  let controls: Control[] = [];
  let closedIfs: number[] = [];
  let statement: Statement | null = null;
  let comment: { readonly star: number; readonly text: number } | null = null;
  let macro = false;
  /** The last line of the macro's body. */
  let inMacro: { readonly column: number; readonly text: string } | null = null;

  const inner = () => braces.at(-1)?.inner ?? 0;

  function predict(text: string): number {
    if (text === "") return 0;
    if (comment) return text.startsWith("*") ? comment.star : comment.text;
    if (DIRECTIVE.test(text) && !macro) return 0;
    if (macro && inMacro) {
      const opens = /[{(]$/.test(inMacro.text) || (CONTROL.test(inMacro.text) && inMacro.text.endsWith(")"));
      const closes = text.startsWith("}");
      return Math.max(0, inMacro.column + (opens && !closes ? unit : !opens && closes ? -unit : 0));
    }
    const paren = parens.at(-1);
    if (paren) {
      if (/^[)\]]/.test(text) && paren.column === null) return paren.base;
      return paren.column ?? paren.base + unit;
    }
    const brace = braces.at(-1);
    if (text.startsWith("}")) return brace?.base ?? 0;
    if (text.startsWith("{") && controls.length > 0) return controls.at(-1)!.column + style.brace;
    if (text.startsWith("{") && statement) return statement.column;
    if (CASE.test(text) && brace) return brace.isSwitch ? brace.base + style.caseIndent : brace.inner;
    if (isLabel(text) && brace && !brace.isList) return 0;
    if (/^else\b/.test(text) && closedIfs.length > 0) return closedIfs.at(-1)!;
    if (statement) {
      return statement.align ?? (braces.length === 0 && !macro ? statement.column : statement.column + unit);
    }
    if (controls.length > 0) return controls.at(-1)!.column + unit;
    return inner();
  }

  function feed(text: string, indent: number): void {
    if (text === "") return;
    if (!comment && DIRECTIVE.test(text)) {
      macro = text.endsWith("\\");
      inMacro = null;
      return;
    }
    if (macro) {
      // The body of a macro is not followed; its lines keep to the line above them.
      macro = text.endsWith("\\");
      inMacro = { column: indent, text: text.replace(/\s*\\$/, "") };
      return;
    }
    const code = codeOf(text, indent);
    if (code.trim() === "") return;
    correct(code, indent);
    scan(code, indent);
  }

  /** The code of a line, strings blanked, comments taken out; follows a comment over lines. */
  function codeOf(text: string, indent: number): string {
    // Most lines have none of it.
    if (!comment && !/["'/]/.test(text)) return text;
    let out = "";
    for (let i = 0; i < text.length; i++) {
      if (comment) {
        const end = text.indexOf("*/", i);
        if (end < 0) return out;
        comment = null;
        out += " ".repeat(end + 2 - i);
        i = end + 1;
        continue;
      }
      const char = text[i]!;
      if (char === "/" && text[i + 1] === "*") {
        const column = indent + i;
        const words = /^\/\*+\s*/.exec(text.slice(i))![0].length;
        comment = { star: column + 1, text: column + Math.max(words, 3) };
        out += "  ";
        i++;
      } else if (char === "/" && text[i + 1] === "/") break;
      else if (char === '"' || char === "'") {
        const end = stringEnd(text, i);
        out += char + "_".repeat(Math.max(0, end - i - 1)) + (end < text.length ? char : "");
        i = end;
      } else out += char;
    }
    return out;
  }

  /** A line that begins a statement shows where its block really is. */
  function correct(code: string, indent: number): void {
    if (parens.length > 0 || statement || controls.length > 0) return;
    if (/^(?:[}{]|case\b|default\b|else\b)/.test(code) || isLabel(code.trim())) return;
    settle(indent);
  }

  /** The block that a line of this indent stands in, also when its brace is above what was shown. */
  function settle(indent: number): void {
    if (indent === 0) braces.length = 0;
    while (braces.length > 0 && braces.at(-1)!.base >= indent) braces.pop();
    const brace = braces.at(-1);
    if (brace) brace.inner = indent;
    else if (indent > 0)
      braces.push({
        base: Math.max(0, indent - unit),
        outer: Math.max(0, indent - unit),
        inner: indent,
        isSwitch: false,
        isList: false,
      });
  }

  function scan(code: string, indent: number): void {
    const line = code.trim();
    if (parens.length === 0 && !statement) {
      statement = {
        column: indent,
        control: CONTROL.test(line),
        isIf: IF.test(line),
        align: null,
        assigns: false,
      };
      if (!/^else\b/.test(line)) closedIfs = [];
    }
    let last = "";
    for (let i = 0; i < code.length; i++) {
      const char = code[i]!;
      if (char === " " || char === "\t") continue;
      last = char;
      if (char === "(" || char === "[") {
        const column = code.slice(i + 1).trim() === "" ? null : indent + i + 1;
        parens.push({ column, base: parens.at(-1)?.base ?? indent });
      } else if (char === ")" || char === "]") parens.pop();
      else if (char === "{") openBrace(code.slice(0, i).trim(), indent);
      else if (char === "}") closeBrace(line.startsWith("}") ? indent : null);
      else if (!statement && char !== ";" && char !== ",") {
        const rest = code.slice(i);
        statement = {
          column: indent,
          control: CONTROL.test(rest),
          isIf: IF.test(rest),
          align: null,
          assigns: false,
        };
      }
    }
    if (parens.length === 0 && last !== "{") endLine(line, last, indent);
  }

  function openBrace(before: string, indent: number): void {
    const outer = braces.at(-1);
    const column = controls[0]?.column ?? (parens.length > 0 ? indent : (statement?.column ?? indent));
    const base = before === "" || before === "}" ? indent : column;
    const isBlock =
      /(?:\)|\belse|\bdo|:)$/.test(before) ||
      (before === "" && !(outer?.isList ?? false) && !statement?.assigns);
    const nested = before === "" && (statement?.control ?? false);
    braces.push({
      base,
      outer: before === "" ? (controls[0]?.column ?? indent) : base,
      inner: base + unit,
      isSwitch: /\bswitch\b/.test(before) || (nested && /switch/.test(before)),
      isList:
        !isBlock &&
        (/(?:=|,|\(|\{)$/.test(before) || /\b(?:enum|struct|union)\b[^()]*$/.test(before) || before === ""),
    });
    controls = [];
    closedIfs = [];
    statement = null;
    parens.length = 0;
  }

  function closeBrace(indent: number | null): void {
    const brace = braces.pop();
    parens.length = 0;
    controls = [];
    closedIfs = [];
    if (indent !== null) settle(indent - (brace ? brace.base - brace.outer : 0));
    statement = {
      column: indent ?? brace?.base ?? 0,
      control: false,
      isIf: false,
      align: null,
      assigns: false,
    };
  }

  /** All parentheses are closed: has the statement ended, does it go on, or does a control wait for its own? */
  function endLine(line: string, last: string, indent: number): void {
    const brace = braces.at(-1);
    if (last === ";" || (last === "," && (brace?.isList ?? false))) {
      endStatement();
      return;
    }
    if (last === "}") {
      // `}` of a block ends its statement; of `do {` or a struct the `;` is on the same line.
      statement = null;
      return;
    }
    if (last === ":" && (CASE.test(line) || isLabel(line))) {
      if (CASE.test(line) && brace) brace.inner = indent + unit;
      statement = null;
      return;
    }
    if (/(?:^|[}\s])(?:else|do)$/.test(line)) {
      controls.push({ column: statement?.column ?? indent, isIf: false });
      statement = null;
      return;
    }
    const isElseControl = /^\}\s*else\s+if\b/.test(line);
    if (last === ")" && (statement?.control || isElseControl)) {
      controls.push({ column: statement?.column ?? indent, isIf: statement?.isIf || isElseControl });
      statement = null;
      return;
    }
    if (!brace && (last === ")" || /^[A-Za-z_][\w\s*]*$/.test(line))) {
      // A function's head, or its type alone on a line: what follows is at the margin.
      statement = null;
      return;
    }
    if (brace && !brace.isList && last === ")" && /^[A-Z_][A-Z0-9_]*\(/.test(line)) {
      statement = null;
      return;
    }
    if (statement) statement.assigns = last === "=";
    if (statement && statement.align === null) statement.align = alignment(line, indent);
  }

  function endStatement(): void {
    closedIfs = controls.filter((control) => control.isIf).map((control) => control.column);
    controls = [];
    statement = null;
  }

  return {
    predict,
    feed,
    inComment: () => comment !== null,
    inList: () => braces.at(-1)?.isList ?? false,
  };
}

/** Operands of an expression that goes on stand under its first one, behind `return ` or `= `. */
function alignment(line: string, indent: number): number | null {
  const lead = /^(?:return\s+|[^=()"]*?[^=!<>]=\s+)(?=\S)/.exec(line);
  return lead && lead[0].length < line.length ? indent + lead[0].length : null;
}

function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === text[from]) return i;
  }
  return text.length;
}
