// From tree-sitter's tree over the skeleton (skeleton.ts) to our expressions and statements.
//
// A cursor goes over the tree once, in the order of the text. Every word of the skeleton leads back to a token,
// or to a node that was built before; markers hand their arguments to the nodes that wait for them. Since the
// skeleton is made of few constructs, so is this walk: what an operator means, its token says.
//
// The cost is in the calls to the cursor (each crosses into C), so children are fetched in grammar order and
// nothing is asked twice: the extent of a node is that of its children.

import type { TokenList } from "../cpp/token.js";
import type { DiagnosticSink } from "../source/diagnostic.js";
import {
  type AssignOperator,
  type BinaryOperator,
  type BlockItem,
  type Comma,
  type Compound,
  type Declaration,
  type Designator,
  type Expr,
  type InitializerItem,
  type InitializerList,
  type Labeled,
  MAX_DEPTH,
  type Node,
  type Statement,
  type TypeName,
  type UnaryOperator,
} from "./ast.js";
import type { Building } from "./expressions.js";
import { identifier, readLeaf } from "./leaf.js";
import type { SyntaxCursor } from "./port.js";
import { BARE_BRACES, Marker, type SkeletonText } from "./skeleton.js";
import { WORD_TEXT, Word } from "./words.js";

/** The node types that the skeleton's tree is made of; others are punctuation. */
const Kind = {
  Other: 0,
  Leaf: 1,
  Parenthesized: 2,
  Unary: 3,
  Pointer: 4,
  Binary: 5,
  Assignment: 6,
  Conditional: 7,
  Comma: 8,
  Call: 9,
  Field: 10,
  Cast: 11,
  CompoundLiteral: 12,
  InitializerList: 13,
  InitializerPair: 14,
  Compound: 15,
  ExpressionStatement: 16,
  If: 17,
  While: 18,
  Do: 19,
  For: 20,
  Return: 21,
  FieldDesignator: 22,
  IndexDesignator: 23,
  RangeDesignator: 24,
  Broken: 25,
} as const;

const KINDS = new Map<string, number>([
  ["number_literal", Kind.Leaf],
  ["identifier", Kind.Leaf],
  ["parenthesized_expression", Kind.Parenthesized],
  ["unary_expression", Kind.Unary],
  ["pointer_expression", Kind.Pointer],
  ["binary_expression", Kind.Binary],
  ["assignment_expression", Kind.Assignment],
  ["conditional_expression", Kind.Conditional],
  ["comma_expression", Kind.Comma],
  ["call_expression", Kind.Call],
  ["field_expression", Kind.Field],
  ["cast_expression", Kind.Cast],
  ["compound_literal_expression", Kind.CompoundLiteral],
  ["initializer_list", Kind.InitializerList],
  ["initializer_pair", Kind.InitializerPair],
  ["compound_statement", Kind.Compound],
  ["expression_statement", Kind.ExpressionStatement],
  ["if_statement", Kind.If],
  ["while_statement", Kind.While],
  ["do_statement", Kind.Do],
  ["for_statement", Kind.For],
  ["return_statement", Kind.Return],
  ["field_designator", Kind.FieldDesignator],
  ["subscript_designator", Kind.IndexDesignator],
  ["subscript_range_designator", Kind.RangeDesignator],
  ["ERROR", Kind.Broken],
]);

/** Thrown when a tree is deeper than MAX_DEPTH or not what the skeleton should give; never leaves `walk`. */
class Unreadable {
  constructor(
    readonly token: number,
    readonly text: string,
  ) {}
}

export class Walker {
  readonly #text: string;
  readonly #values: Int32Array;
  readonly #built: readonly (Node | Marker)[];
  /** Kind by node type id, -1 where not yet asked. */
  readonly #kinds: number[] = [];
  /** Extent of the expression read last, with its parentheses. */
  #first = 0;
  #last = 0;
  #depth = 0;
  /** Steps below the root, to find back after giving up on an item. */
  #level = 0;

  constructor(
    skeleton: SkeletonText,
    private readonly cursor: SyntaxCursor,
    private readonly tokens: TokenList,
    private readonly words: Uint8Array,
    private readonly sink: DiagnosticSink,
  ) {
    this.#text = skeleton.text;
    this.#values = skeleton.values;
    this.#built = skeleton.built;
  }

  /** Fill the slots of all external items; returns those that had to be given up. */
  walk(): Set<Node> {
    const failed = new Set<Node>();
    if (!this.#down()) return failed;
    do {
      try {
        this.#item();
      } catch (problem) {
        if (!(problem instanceof Unreadable)) throw problem;
        this.sink.error(this.tokens.span(problem.token), problem.text);
        while (this.#level > 1) this.#up();
        this.#depth = 0;
        const item = this.#builtAt(this.cursor.endIndex - 1);
        if (item !== null) failed.add(item);
      }
    } while (this.cursor.gotoNextSibling());
    return failed;
  }

  // ---------------------------------------------------------------- cursor

  #down(): boolean {
    if (!this.cursor.gotoFirstChild()) return false;
    this.#level++;
    return true;
  }

  #next(): void {
    if (!this.cursor.gotoNextSibling()) this.#broken();
  }

  #up(): void {
    this.cursor.gotoParent();
    this.#level--;
  }

  #kind(): number {
    const id = this.cursor.nodeTypeId;
    return this.#kinds[id] ?? this.#learnKind(id);
  }

  #learnKind(id: number): number {
    const kind = KINDS.get(this.cursor.nodeType) ?? Kind.Other;
    this.#kinds[id] = kind;
    return kind;
  }

  /** What the word stands for that begins where the cursor's node begins. */
  #value(): number {
    return this.#values[this.cursor.startIndex]!;
  }

  #char(): string {
    return this.#text[this.cursor.startIndex]!;
  }

  /** A token near the cursor, for messages. */
  #token(): number {
    const value = this.#value();
    if (value >= 0) return Math.min(value, this.tokens.length - 1);
    const built = this.#built[~value]!;
    return (built instanceof Marker ? built.node : built)?.first ?? 0;
  }

  #broken(): never {
    throw new Unreadable(
      this.#token(),
      "internal error: the parser does not understand what is written here (the program may be right)",
    );
  }

  #deeper(): void {
    this.#allowDepth(++this.#depth);
  }

  #allowDepth(depth: number): void {
    if (depth <= MAX_DEPTH) return;
    throw new Unreadable(
      this.#token(),
      `expression or statement is nested too deeply (more than ${MAX_DEPTH} levels)`,
    );
  }

  /** The node that the word at an offset stands for, if it stands for one. */
  #builtAt(offset: number): Node | null {
    const value = this.#values[offset]!;
    if (value >= 0) return null;
    const built = this.#built[~value]!;
    return built instanceof Marker ? built.node : built;
  }

  // ---------------------------------------------------------------- expressions

  /** The expression at the cursor, which stays where it is. */
  #expr(): Expr {
    this.#deeper();
    let result: Expr;
    switch (this.#kind()) {
      case Kind.Leaf:
        result = this.#leaf();
        break;
      case Kind.Binary:
        result = this.#binary();
        break;
      case Kind.Field:
        result = this.#field();
        break;
      case Kind.Call:
        result = this.#call();
        break;
      case Kind.Parenthesized:
        result = this.#parenthesized();
        break;
      case Kind.Unary:
      case Kind.Pointer:
        result = this.#unary();
        break;
      case Kind.Assignment:
        result = this.#assignment();
        break;
      case Kind.Cast:
        result = this.#cast();
        break;
      case Kind.Conditional:
        result = this.#conditional();
        break;
      case Kind.Comma:
        result = this.#comma();
        break;
      case Kind.CompoundLiteral:
        result = this.#compoundLiteral() as Expr;
        break;
      default:
        return this.#broken();
    }
    this.#depth--;
    return result;
  }

  #leaf(): Expr {
    const value = this.#value();
    if (value < 0) {
      const node = this.#built[~value] as Expr;
      this.#first = node.first;
      this.#last = node.last;
      return node;
    }
    const node = readLeaf(this.tokens, this.words, value, this.sink);
    this.#first = value;
    this.#last = node.last;
    return node;
  }

  #binary(): Expr {
    this.#down();
    const left = this.#expr();
    const first = this.#first;
    this.#next();
    const operatorToken = this.#value();
    this.#next();
    const right = this.#expr();
    this.#up();
    this.#first = first;
    const operator = WORD_TEXT[this.words[operatorToken]!] as BinaryOperator;
    return { kind: "Binary", first, last: this.#last, operator, operatorToken, left, right };
  }

  #assignment(): Expr {
    this.#down();
    const target = this.#expr();
    const first = this.#first;
    this.#next();
    const operatorToken = this.#value();
    this.#next();
    const value = this.#expr();
    this.#up();
    this.#first = first;
    const operator = WORD_TEXT[this.words[operatorToken]!] as AssignOperator;
    return { kind: "Assign", first, last: this.#last, operator, operatorToken, target, value };
  }

  #unary(): Expr {
    this.#down();
    const first = this.#value();
    this.#next();
    const operand = this.#expr();
    this.#up();
    this.#first = first;
    const last = this.#last;
    const word = this.words[first]!;
    if (word === Word.Sizeof) return { kind: "SizeofExpr", first, last, operand };
    if (word === Word.Alignof) {
      const preferred = this.tokens.text[first] !== "_Alignof";
      return { kind: "AlignofExpr", first, last, operand, preferred };
    }
    const operator =
      word === Word.Real ? "__real__" : word === Word.Imag ? "__imag__" : (WORD_TEXT[word] as UnaryOperator);
    return { kind: "Unary", first, last, operator, operand };
  }

  /** `e . v`: a member, or a postfix operator. */
  #field(): Expr {
    this.#down();
    const object = this.#expr();
    const first = this.#first;
    this.#next();
    const operator = this.#value();
    const word = this.words[operator];
    this.#up();
    if (word === Word.Dot || word === Word.Arrow) {
      const last = operator + 1;
      this.#first = first;
      this.#last = last;
      const member = identifier(this.tokens, last);
      return { kind: "MemberAccess", first, last, object, member, arrow: word === Word.Arrow };
    }
    this.#first = first;
    this.#last = operator;
    return {
      kind: "Postfix",
      first,
      last: operator,
      operator: word === Word.PlusPlus ? "++" : "--",
      operand: object,
    };
  }

  /** A call, an index, or a marker with its slots. */
  #call(): Expr {
    this.#down();
    const value = this.#kind() === Kind.Leaf ? this.#value() : 0;
    if (value < 0) {
      const marker = this.#built[~value]!;
      if (marker instanceof Marker) {
        this.#next();
        this.#slots(marker);
        this.#up();
        const node = marker.node as Expr;
        this.#first = node.first;
        this.#last = node.last;
        return node;
      }
    }
    const callee = this.#expr();
    const first = this.#first;
    this.#next();
    // The argument list.
    this.#down();
    const open = this.#value();
    const args: Expr[] = [];
    const isIndex = this.words[open] === Word.OpenSquare;
    while (this.cursor.gotoNextSibling()) {
      if (this.#kind() !== Kind.Other) args.push(this.#expr());
    }
    const last = this.#value();
    this.#up();
    this.#up();
    this.#first = first;
    this.#last = last;
    if (!isIndex) return { kind: "Call", first, last, callee, args };
    let index = args[0]!;
    for (let i = 1; i < args.length; i++) {
      this.#allowDepth(this.#depth + i);
      index = comma(index, args[i]!);
    }
    return { kind: "Index", first, last, object: callee, index };
  }

  /** On the argument list of a marker call. */
  #slots(marker: Marker): void {
    this.#down();
    let index = 0;
    while (this.cursor.gotoNextSibling()) {
      const kind = this.#kind();
      if (kind === Kind.Other) continue;
      const fill = marker.slots[index++]!;
      if (kind === Kind.Compound) fill(this.#compound());
      else if (kind === Kind.CompoundLiteral) fill(this.#compoundLiteral());
      else fill(this.#expr());
    }
    this.#up();
    if (index !== marker.slots.length) this.#broken();
  }

  #parenthesized(): Expr {
    this.#down();
    const first = this.#value();
    this.#next();
    let node: Expr;
    if (this.#kind() === Kind.Compound) {
      const body = this.#compound();
      this.#next();
      node = { kind: "StatementExpr", first, last: this.#value(), body };
    } else {
      node = this.#expr();
      this.#next();
    }
    this.#first = first;
    this.#last = this.#value();
    this.#up();
    return node;
  }

  #conditional(): Expr {
    this.#down();
    const condition = this.#expr();
    const first = this.#first;
    this.#next(); // ?
    this.#next();
    let consequent: Expr | null = null;
    if (this.#kind() !== Kind.Other) {
      consequent = this.#expr();
      this.#next();
    }
    this.#next();
    const alternate = this.#expr();
    this.#up();
    this.#first = first;
    return { kind: "Conditional", first, last: this.#last, condition, consequent, alternate };
  }

  /** tree-sitter nests `a, b, c` to the right and in one node a comma; C and we nest to the left. */
  #comma(): Expr {
    let depth = 0;
    let result: Expr | null = null;
    let start = 0;
    for (;;) {
      if (this.#kind() === Kind.Comma) {
        this.#down();
        this.#allowDepth(this.#depth + ++depth);
      }
      const part = this.#expr();
      if (result === null) {
        result = part;
        start = this.#first;
      } else {
        const joined: Comma = {
          kind: "Comma",
          first: start,
          last: this.#last,
          left: result,
          right: part,
        };
        result = joined;
      }
      if (!this.cursor.gotoNextSibling()) break;
      this.#next();
    }
    for (; depth > 0; depth--) this.#up();
    this.#first = start;
    return result;
  }

  #cast(): Expr {
    this.#down();
    const first = this.#value();
    this.#next();
    const type = this.#type() as TypeName;
    this.#next();
    this.#next();
    const operand = this.#expr();
    this.#up();
    this.#first = first;
    return { kind: "Cast", first, last: this.#last, type, operand };
  }

  /** `int` or `int [ 1 ( slots ) ]`: the type that was built, with its slots filled. */
  #type(): Node {
    this.#down();
    const type = this.#built[~this.#value()] as Node;
    if (this.cursor.gotoNextSibling()) {
      // abstract_array_declarator: [ call ]
      this.#down();
      this.#next();
      this.#expr();
      this.#up();
    }
    this.#up();
    return type;
  }

  /** A compound literal, or an initialiser in braces if its type says so. */
  #compoundLiteral(): Expr | InitializerList {
    this.#down();
    const first = this.#value();
    this.#next();
    const type = this.#type();
    this.#next();
    this.#next();
    const initializer = this.#initializerList();
    this.#up();
    this.#first = first;
    this.#last = initializer.last;
    if (type === BARE_BRACES) return initializer;
    return {
      kind: "CompoundLiteral",
      first,
      last: initializer.last,
      type: type as TypeName,
      initializer,
    };
  }

  // ---------------------------------------------------------------- initialisers

  #initializerList(): InitializerList {
    this.#deeper();
    this.#down();
    const first = this.#value();
    const items: InitializerItem[] = [];
    while (this.cursor.gotoNextSibling()) {
      const kind = this.#kind();
      if (kind === Kind.Other) continue;
      if (kind === Kind.InitializerPair) {
        items.push(this.#initializerPair());
      } else {
        const value = this.#initializer(kind);
        items.push({
          kind: "InitializerItem",
          first: this.#first,
          last: this.#last,
          designators: [],
          value,
        });
      }
    }
    const last = this.#value();
    this.#up();
    this.#first = first;
    this.#last = last;
    this.#depth--;
    return { kind: "InitializerList", first, last, items };
  }

  #initializer(kind: number): Expr | InitializerList {
    return kind === Kind.InitializerList ? this.#initializerList() : this.#expr();
  }

  #initializerPair(): InitializerItem {
    this.#down();
    const designators: Designator[] = [];
    for (let designator = this.#designator(); designator !== null; designator = this.#designator()) {
      designators.push(designator);
      this.#next();
    }
    this.#next(); // past the =
    const value = this.#initializer(this.#kind());
    this.#up();
    const first = designators[0]!.first;
    this.#first = first;
    return { kind: "InitializerItem", first, last: this.#last, designators, value };
  }

  #designator(): Designator | null {
    const kind = this.#kind();
    if (kind === Kind.FieldDesignator) {
      const first = this.#value();
      this.#down();
      this.#next();
      const name = identifier(this.tokens, this.#value());
      this.#up();
      return { kind: "FieldDesignator", first, last: name.last, name };
    }
    if (kind !== Kind.IndexDesignator && kind !== Kind.RangeDesignator) return null;
    this.#down();
    const first = this.#value();
    this.#next();
    const low = this.#expr();
    this.#next();
    if (kind === Kind.IndexDesignator) {
      const last = this.#value();
      this.#up();
      return { kind: "IndexDesignator", first, last, index: low };
    }
    this.#next();
    const high = this.#expr();
    this.#next();
    const last = this.#value();
    this.#up();
    return { kind: "RangeDesignator", first, last, low, high };
  }

  // ---------------------------------------------------------------- statements

  #compound(): Compound {
    this.#deeper();
    this.#down();
    const first = this.#value();
    const items: BlockItem[] = [];
    for (;;) {
      this.#next();
      if (this.#kind() === Kind.Other) break;
      items.push(this.#item());
    }
    const last = this.#value();
    this.#up();
    this.#depth--;
    this.#first = first;
    this.#last = last;
    return { kind: "Compound", first, last, items };
  }

  #item(): BlockItem {
    return this.#kind() === Kind.ExpressionStatement ? this.#expressionStatement() : this.#statement();
  }

  #statement(): Statement {
    this.#deeper();
    let result: Statement;
    switch (this.#kind()) {
      case Kind.ExpressionStatement:
        result = this.#expressionStatement() as Statement;
        break;
      case Kind.Compound:
        result = this.#compound();
        break;
      case Kind.If:
        result = this.#if();
        break;
      case Kind.While:
        result = this.#while();
        break;
      case Kind.Do:
        result = this.#do();
        break;
      case Kind.For:
        result = this.#for();
        break;
      case Kind.Return:
        result = this.#return();
        break;
      default:
        return this.#broken();
    }
    this.#depth--;
    return result;
  }

  /** `e ;`, or what a `;` stands for. */
  #expressionStatement(): BlockItem {
    const end = this.cursor.endIndex - 1;
    const value = this.#values[end]!;
    this.#down();
    let result: BlockItem;
    if (this.#kind() === Kind.Other) {
      result =
        value < 0 ? (this.#builtAt(end) as BlockItem) : { kind: "EmptyStatement", first: value, last: value };
    } else {
      const expression = this.#expr();
      result =
        value < 0
          ? (this.#builtAt(end) as BlockItem)
          : { kind: "ExpressionStatement", first: this.#first, last: value, expression };
    }
    this.#up();
    return result;
  }

  #if(): Statement {
    this.#down();
    const first = this.#value();
    this.#next();
    const condition = this.#expr();
    this.#next();
    const consequent = this.#statement();
    let alternate: Statement | null = null;
    if (this.cursor.gotoNextSibling()) {
      this.#down();
      this.#next();
      alternate = this.#statement();
      this.#up();
    }
    this.#up();
    return { kind: "If", first, last: (alternate ?? consequent).last, condition, consequent, alternate };
  }

  /** A while, a switch, or a statement with labels. */
  #while(): Statement {
    this.#down();
    const value = this.#value();
    this.#next();
    const condition = this.#expr();
    this.#next();
    const body = this.#statement();
    this.#up();
    const { last } = body;
    if (value < 0) {
      const node = this.#built[~value] as Building<Labeled>;
      node.body = body;
      node.last = last;
      return node;
    }
    if (this.words[value] === Word.Switch) {
      return { kind: "Switch", first: value, last, subject: condition, body };
    }
    return { kind: "While", first: value, last, condition, body };
  }

  #do(): Statement {
    this.#down();
    const first = this.#value();
    this.#next();
    const body = this.#statement();
    this.#next();
    this.#next();
    const condition = this.#expr();
    this.#next();
    const last = this.#value();
    this.#up();
    return { kind: "DoWhile", first, last, body, condition };
  }

  #for(): Statement {
    this.#down();
    const first = this.#value();
    this.#next(); // (
    this.#next();
    let init: Declaration | Expr | null = null;
    if (this.#char() !== ";") {
      init = this.#expr();
      this.#next();
    }
    if (this.#value() < 0) init = this.#builtAt(this.cursor.startIndex) as Declaration;
    this.#next();
    let condition: Expr | null = null;
    if (this.#char() !== ";") {
      condition = this.#expr();
      this.#next();
    }
    this.#next();
    let step: Expr | null = null;
    if (this.#char() !== ")") {
      step = this.#expr();
      this.#next();
    }
    this.#next();
    const body = this.#statement();
    this.#up();
    return { kind: "For", first, last: body.last, init, condition, step, body };
  }

  #return(): Statement {
    this.#down();
    const first = this.#value();
    this.#next();
    let value: Expr | null = null;
    if (this.#kind() !== Kind.Other) {
      value = this.#expr();
      this.#next();
    }
    const last = this.#value();
    this.#up();
    return { kind: "Return", first, last, value };
  }
}

function comma(left: Expr, right: Expr): Comma {
  return { kind: "Comma", first: left.first, last: right.last, left, right };
}
