// What this room needs of a parser: text in, a cursor over the tree out. tree-sitter's own cursor has this very
// shape, natively and in WebAssembly; whoever calls `parse` hands an adapter in, so that the core imports neither.
//
// The tree must be that of tree-sitter-c. A walk by cursor is five times faster than one over node objects.

export interface SyntaxCursor {
  /** The node's type as a number that is the same for all nodes of that type in one parser. */
  readonly nodeTypeId: number;
  readonly nodeType: string;
  /** Offsets into the text. */
  readonly startIndex: number;
  readonly endIndex: number;
  readonly nodeIsMissing: boolean;
  gotoFirstChild(): boolean;
  gotoNextSibling(): boolean;
  gotoParent(): boolean;
}

export interface SyntaxTree {
  /** Stands on the root. */
  readonly cursor: SyntaxCursor;
  /** There is an ERROR or MISSING node somewhere. */
  readonly hasError: boolean;
  /** Gives memory outside of the JavaScript heap back; the cursor is dead afterwards. */
  dispose(): void;
}

export interface ParserPort {
  /** Parse text, which is pure ASCII. */
  parse(text: string): SyntaxTree;
}
