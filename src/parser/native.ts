// The native parser: tree-sitter as a Node addon. It is an optional dependency, so nothing here may need it to
// compile: the shapes that are used are named below, and the packages are loaded by name at run time.

import { createRequire } from "node:module";
import type { ParserPort, SyntaxCursor, SyntaxTree } from "../../interpreter/api.js";

interface NativeTree {
  readonly rootNode: { readonly hasError: boolean };
  walk(): SyntaxCursor;
}

interface NativeParser {
  setLanguage(language: unknown): void;
  parse(text: string): NativeTree;
}

/** Throws if there is no binary for this platform. */
export function createNativeParser(): ParserPort {
  const require = createRequire(import.meta.url);
  const Parser = require("tree-sitter") as new () => NativeParser;
  const parser = new Parser();
  parser.setLanguage(require("tree-sitter-c"));
  return {
    parse(text: string): SyntaxTree {
      const tree = parser.parse(text);
      // The addon frees trees and cursors with their JavaScript objects.
      return { cursor: tree.walk(), hasError: tree.rootNode.hasError, dispose() {} };
    },
  };
}
