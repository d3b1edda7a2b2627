// Helpers of the checker's tests: C text in; messages, values or a printed tree out.
import { preprocess } from "../../../interpreter/cpp/preprocess.js";
import { check } from "../../../interpreter/sema/check.js";
import type { CheckOptions } from "../../../interpreter/sema/context.js";
import type { CheckedUnit, FunctionSymbol, ObjectSymbol } from "../../../interpreter/sema/tree.js";
import { Warnings } from "../../../interpreter/source/warnings.js";
import { parse } from "../../../interpreter/syntax/parse.js";
import { loadParser } from "../../../src/parser/load.js";

const { port } = await loadParser();

export interface Checked {
  readonly program: CheckedUnit;
  /** "line:column: severity: text [-Woption]", notes included, in order. */
  readonly messages: string[];
}

/** `asked`: options such as "-Wall". */
export function checkText(
  text: string,
  { asked = [], ...options }: Partial<CheckOptions> & { asked?: readonly string[] } = {},
): Checked {
  const warnings = new Warnings(asked);
  const source = preprocess({ path: "t.c", text }, { readFile: () => null }, { warnings });
  const { unit } = parse(source.tokens, port, source.diagnostics);
  const { program, diagnostics } = check(unit, {
    tokens: source.tokens,
    pragmas: source.pragmas,
    sink: source.diagnostics,
    ...options,
  });
  const messages: string[] = [];
  for (const one of diagnostics) {
    for (const { severity, span, text, code } of [one, ...one.notes]) {
      if (span.pos === 0) continue;
      const { line, column } = source.files.place(span.pos);
      messages.push(`${line}:${column}: ${severity}: ${text}${code === null ? "" : ` [${code}]`}`);
    }
  }
  return { program, messages };
}

/** The checked unit of a text without errors. */
export function accept(text: string): CheckedUnit {
  const { program, messages } = checkText(text);
  const errors = messages.filter((message) => message.includes(": error: "));
  if (errors.length > 0) throw new Error(errors.join("\n"));
  return program;
}

export function objectNamed(unit: CheckedUnit, name: string): ObjectSymbol {
  const found = unit.objects.find((object) => object.name === name);
  if (found === undefined) throw new Error(`no object ${name}`);
  return found;
}

export function functionNamed(unit: CheckedUnit, name: string): FunctionSymbol {
  const found = unit.functions.find((fn) => fn.name === name);
  if (found === undefined) throw new Error(`no function ${name}`);
  return found;
}

/** The value of a global number: from its initial bytes. */
export function globalValue(unit: CheckedUnit, name: string): bigint {
  const object = objectNamed(unit, name);
  const bytes = new Uint8Array(16);
  bytes.set(object.init?.bytes.subarray(0, 16) ?? []);
  const view = new DataView(bytes.buffer);
  const { type } = object;
  const int = type.kind === "enum" ? type.decl.underlying : type;
  if (int.kind !== "int") throw new Error(`${name} is no integer`);
  const raw = view.getBigUint64(0, true);
  return int.signed ? BigInt.asIntN(int.size * 8, raw) : BigInt.asUintN(int.size * 8, raw);
}
