// The same parser as WebAssembly: for browsers, and for platforms without a native binary. About a fifth slower.

import { Language, Parser } from "web-tree-sitter";
import type { ParserPort, SyntaxTree } from "../../interpreter/api.js";

export interface WasmParserFiles {
  /** tree-sitter-c.wasm: its bytes, or where it is. */
  readonly grammar: Uint8Array | string;
  /** Where web-tree-sitter.wasm is, if not beside the script that loads it. */
  readonly engine?: string;
}

export async function createWasmParser(files: WasmParserFiles): Promise<ParserPort> {
  const { engine } = files;
  await Parser.init(engine === undefined ? undefined : { locateFile: () => engine });
  const parser = new Parser();
  parser.setLanguage(await Language.load(files.grammar));
  return {
    parse(text: string): SyntaxTree {
      const tree = parser.parse(text);
      // Only without a language or when cancelled, neither of which can be.
      if (tree === null) throw new Error("web-tree-sitter gave no tree");
      const cursor = tree.walk();
      return {
        cursor,
        hasError: tree.rootNode.hasError,
        dispose() {
          cursor.delete();
          tree.delete();
        },
      };
    },
  };
}
