// The parser for Node: the native one, or where it cannot be loaded, by itself, the WebAssembly one.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { ParserPort } from "../../interpreter/api.js";
import { createNativeParser } from "./native.js";

export type ParserKind = "native" | "wasm";

export interface LoadedParser {
  readonly kind: ParserKind;
  readonly port: ParserPort;
}

/** `create` makes the native parser; anything it throws means that there is none. */
export async function loadParser(create: () => ParserPort = createNativeParser): Promise<LoadedParser> {
  try {
    return { kind: "native", port: create() };
  } catch {
    return { kind: "wasm", port: await loadWasmParser() };
  }
}

/** Loads the package only when it is wanted: start-up time counts. */
export async function loadWasmParser(): Promise<ParserPort> {
  const { createWasmParser } = await import("./wasm.js");
  const grammar = createRequire(import.meta.url).resolve("tree-sitter-c/tree-sitter-c.wasm");
  return createWasmParser({ grammar: readFileSync(grammar) });
}
