// Types as gcc 12 writes them in messages: 'long unsigned int', 'const char *', 'int (*)(u32)'.
//
// A C type reads from the inside out, so a name is built round what stands nearest to the (missing) identifier.
// gcc shows a typedef's name at the root of a type and at its very end, and looks through it where it names a
// pointer or array inside another type; where names hide something it adds {aka '...'}.

import type { CType, IntType } from "./types.js";
import { Qual } from "./types.js";

/** `'u32 *' {aka 'unsigned int *'}`, quotes included. */
export function quoteType(type: CType): string {
  const written = typeName(type);
  const bare = typeName(type.canonical);
  return written === bare ? `'${written}'` : `'${written}' {aka '${bare}'}`;
}

/** As `quoteType` without the "aka". */
export function typeName(type: CType): string {
  if (type.alias !== null) return qualifierPrefix(type.quals) + type.alias;
  return around(type, "");
}

function around(type: CType, inner: string): string {
  switch (type.kind) {
    case "pointer": {
      const quals = qualifierText(type.quals);
      const gap = inner.startsWith("(") || (quals !== "" && /^\w/.test(inner)) ? " " : "";
      const star = `*${quals === "" ? "" : ` ${quals}`}${gap}${inner}`;
      const target = type.target;
      const wrap = target.kind === "array" || target.kind === "function";
      return around(target, wrap ? `(${star})` : star);
    }
    case "array": {
      const length = type.length === null ? "" : String(type.length);
      return around(type.element, `${inner}[${length}]`);
    }
    case "function": {
      const result = `${inner}(${parameterText(type.params, type.variadic, type.prototype)})`;
      // gcc writes a bare function type without a blank: 'int(char)'.
      return inner === "" ? typeName(type.result) + result : around(type.result, result);
    }
    default: {
      const base = baseName(type);
      if (inner === "") return base;
      return inner.startsWith("[") ? base + inner : `${base} ${inner}`;
    }
  }
}

function baseName(type: CType): string {
  const quals = qualifierPrefix(type.quals);
  if (type.alias !== null) return quals + type.alias;
  switch (type.kind) {
    case "void":
      return `${quals}void`;
    case "int":
      return quals + intName(type);
    case "float":
    case "decimal":
      return quals + type.name;
    case "enum":
      return `${quals}${tagText("enum", type.decl.tag, type.decl.typedefName)}`;
    case "record":
      if (type.decl.tag === "__va_list_tag") return `${quals}__va_list_tag`;
      return `${quals}${tagText(type.decl.union ? "union" : "struct", type.decl.tag, type.decl.typedefName)}`;
    default:
      return `${quals}<type-error>`;
  }
}

function tagText(keyword: string, tag: string | null, typedefName: string | null): string {
  if (tag !== null) return `${keyword} ${tag}`;
  return typedefName ?? `${keyword} <anonymous>`;
}

const GCC_NAMES: Record<string, string> = {
  short: "short int",
  "unsigned short": "short unsigned int",
  long: "long int",
  "unsigned long": "long unsigned int",
  "long long": "long long int",
  "unsigned long long": "long long unsigned int",
  "unsigned __int128": "__int128 unsigned",
};

function intName(type: IntType): string {
  if (type.bits !== type.size * 8 && type.name !== "_Bool") {
    return `${type.signed ? "signed" : "unsigned"} int:${type.bits}`;
  }
  return GCC_NAMES[type.name] ?? type.name;
}

function parameterText(params: readonly CType[], variadic: boolean, prototype: boolean): string {
  if (!prototype) return "";
  if (params.length === 0) return variadic ? "..." : "void";
  let result = "";
  params.forEach((param, index) => {
    // A typedef of a pointer, array or function is looked through here too.
    const text = around(param, "");
    // gcc 12 leaves two blanks behind a parameter that ends in a word.
    result += index === 0 ? text : /\w$/.test(result) ? `,  ${text}` : `, ${text}`;
  });
  return variadic ? `${result}, ...` : result;
}

/** "const volatile", in gcc's order, or "". */
export function qualifierText(quals: number): string {
  const words: string[] = [];
  if (quals & Qual.Atomic) words.push("_Atomic");
  if (quals & Qual.Const) words.push("const");
  if (quals & Qual.Volatile) words.push("volatile");
  if (quals & Qual.Restrict) words.push("restrict");
  return words.join(" ");
}

function qualifierPrefix(quals: number): string {
  return quals === 0 ? "" : `${qualifierText(quals)} `;
}
