// Expressions: checked and written to the skeleton (skeleton.ts). Who is whose operand is left to tree-sitter;
// here an expression is the alternation operand, operator, operand, with brackets inside. That suffices to know
// for each `(`, `*`, `&`, `&&`, `-` what it is, and to say where something is missing.
//
// The hard thing is what tree-sitter-c cannot be told or reads wrongly, so that it is written as something else:
//   sizeof e, ++e, !e        ~ e          prefix operators; its own `sizeof` and `++` bind wrongly
//   e++, e--                 e . v        its postfix ++ binds looser than a prefix operator before it
//   e[i, j]                  e ( i , j )  its index takes no comma
//   &e, __real__ e           * e          prefix operators that may stand left of an assignment
// The walk turns them back by looking at the token that the operator stands for.

import type {
  AlignofType,
  ChooseExpr,
  Expr,
  FieldDesignator,
  Generic,
  GenericAssociation,
  IndexDesignator,
  InitializerList,
  LabelAddress,
  Offsetof,
  SizeofType,
  TypeName,
  TypesCompatible,
  VaArg,
} from "./ast.js";
import { PENDING, TokenReader } from "./reader.js";
import { BARE_BRACES, type SlotValue } from "./skeleton.js";
import { WORD_FLAGS, WORD_TEXT, Word, WordFlag } from "./words.js";

/** A node under construction. */
export type Building<T> = { -readonly [K in keyof T]: T[K] };

export abstract class ExpressionReader extends TokenReader {
  #bareBraces = 0;

  /** A type as operand; its slots go to the marker that is open. */
  protected abstract typeName(): TypeName;
  /** `{ … }` in a function, written to the skeleton. */
  protected abstract block(): void;

  /** An expression, with commas. */
  protected expression(): void {
    this.assignment();
    while (this.word === Word.Comma) {
      this.skeleton.emit(",", this.at++);
      this.assignment();
    }
  }

  protected assignment(): void {
    const { skeleton, words } = this;
    // What has been read so far is one operand (and no prefix operator forbids it to be assigned to).
    let assignable = true;
    for (;;) {
      if (!this.#unary()) assignable = false;
      const word = words[this.at]!;
      const flags = WORD_FLAGS[word]!;
      if (flags & WordFlag.BinaryOperator) {
        skeleton.emit(WORD_TEXT[word]!, this.at++);
        assignable = false;
      } else if (flags & WordFlag.AssignOperator) {
        if (!assignable) {
          this.fail(this.tokenSpan(this.at), "lvalue required as left operand of assignment");
        }
        skeleton.emit(WORD_TEXT[word]!, this.at++);
      } else if (word === Word.Question) {
        skeleton.emit("?", this.at++);
        if (this.word !== Word.Colon) {
          this.nest();
          this.expression();
          this.unnest();
        }
        this.require(Word.Colon);
        skeleton.emit(":", this.at - 1);
        assignable = false;
      } else {
        return;
      }
    }
  }

  /** Prefix operators, an operand, postfix operators. Returns whether that may stand left of an assignment. */
  #unary(): boolean {
    const { skeleton, words } = this;
    let outermost: number = Word.End;
    for (;;) {
      const word = words[this.at]!;
      switch (word) {
        case Word.Identifier:
        case Word.Number:
          break;
        case Word.Star:
        case Word.Amp:
        case Word.Real:
        case Word.Imag:
          skeleton.emit("*", this.at++);
          if (outermost === Word.End) outermost = word;
          continue;
        case Word.Plus:
        case Word.Minus:
        case Word.Tilde:
        case Word.Bang:
        case Word.PlusPlus:
        case Word.MinusMinus:
          skeleton.emit("~", this.at++);
          if (outermost === Word.End) outermost = word;
          continue;
        case Word.Extension:
          this.at++;
          continue;
        case Word.Sizeof:
        case Word.Alignof:
          if (this.#isTypeOperand(this.at + 1)) {
            this.#sizeofType();
            return false;
          }
          skeleton.emit("~", this.at++);
          if (outermost === Word.End) outermost = word;
          continue;
        case Word.AmpAmp:
          this.#labelAddress();
          return false;
        case Word.OpenParen:
          if (!this.startsTypeName(this.at + 1) || this.#isCompoundLiteral(this.at)) break;
          this.#parenthesisedType();
          if (outermost === Word.End) outermost = word;
          continue;
      }
      break;
    }
    this.#primary();
    this.#postfix();
    return (
      outermost === Word.End ||
      outermost === Word.Star ||
      outermost === Word.Amp ||
      outermost === Word.Real ||
      outermost === Word.Imag
    );
  }

  #primary(): void {
    const { skeleton, words, at } = this;
    switch (words[at]) {
      case Word.Identifier:
        if (this.isTypedefName(at)) this.expected("expression");
        this.at++;
        this.emitOperand(at);
        return;
      case Word.Number:
      case Word.Char:
        this.at++;
        this.emitOperand(at);
        return;
      case Word.String:
        do this.at++;
        while (words[this.at] === Word.String);
        this.emitOperand(at);
        return;
      case Word.OpenParen:
        this.nest();
        if (words[at + 1] === Word.OpenBrace) {
          if (this.functionDepth === 0) {
            this.fail(this.tokenSpan(at), "braced-group within expression allowed only inside a function");
          }
          skeleton.emit("(", at);
          this.at++;
          this.block();
        } else if (this.startsTypeName(at + 1)) {
          this.#compoundLiteral();
          this.unnest();
          return;
        } else {
          skeleton.emit("(", at);
          this.at++;
          this.expression();
        }
        this.unnest();
        this.require(Word.CloseParen);
        skeleton.emit(")", this.at - 1);
        return;
      case Word.Generic:
        this.#generic();
        return;
      case Word.VaArg:
        this.#vaArg();
        return;
      case Word.Offsetof:
        this.#offsetof();
        return;
      case Word.TypesCompatible:
        this.#typesCompatible();
        return;
      case Word.ChooseExpr:
        this.#chooseExpr();
        return;
      default:
        this.expected("expression");
    }
  }

  #postfix(): void {
    const { skeleton, words } = this;
    for (;;) {
      switch (words[this.at]) {
        case Word.OpenSquare:
          this.nest();
          skeleton.emit("(", this.at++);
          this.expression();
          this.require(Word.CloseSquare);
          skeleton.emit(")", this.at - 1);
          this.unnest();
          break;
        case Word.OpenParen:
          this.nest();
          skeleton.emit("(", this.at++);
          if (words[this.at] !== Word.CloseParen) this.expression();
          this.require(Word.CloseParen);
          skeleton.emit(")", this.at - 1);
          this.unnest();
          break;
        case Word.Dot:
        case Word.Arrow:
          skeleton.emit(".", this.at++);
          if (words[this.at] !== Word.Identifier) this.expected("identifier");
          skeleton.emit("v", this.at++);
          break;
        case Word.PlusPlus:
        case Word.MinusMinus:
          skeleton.emit(".", this.at);
          skeleton.emit("v", this.at++);
          break;
        default:
          return;
      }
    }
  }

  // ---------------------------------------------------------------- types in expressions

  /** `( type )` that is not the beginning of a compound literal. */
  #isTypeOperand(at: number): boolean {
    return this.words[at] === Word.OpenParen && this.startsTypeName(at + 1) && !this.#isCompoundLiteral(at);
  }

  #isCompoundLiteral(at: number): boolean {
    return this.words[this.closingParen(at) + 1] === Word.OpenBrace;
  }

  /** `( type )` into the skeleton; an argument of its own inside if the type has slots. */
  #parenthesisedType(): void {
    const { skeleton } = this;
    skeleton.emit("(", this.at++);
    const place = skeleton.length;
    skeleton.emit("int", 0);
    const outer = this.beginMarker("[");
    const type = this.typeName();
    this.endMarker(outer, type);
    skeleton.setValue(place, skeleton.add(type));
    this.require(Word.CloseParen);
    skeleton.emit(")", this.at - 1);
  }

  /** Put in parentheses of its own, as tree-sitter assigns to no compound literal without. */
  #compoundLiteral(): void {
    const { skeleton, at } = this;
    skeleton.emit("(", at);
    this.#parenthesisedType();
    this.initializerBraces();
    skeleton.emit(")", this.at - 1);
  }

  #sizeofType(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    const isSizeof = this.words[first] === Word.Sizeof;
    this.at += 2;
    const type = this.typeName();
    this.require(Word.CloseParen);
    const last = this.at - 1;
    const node: SizeofType | AlignofType = isSizeof
      ? { kind: "SizeofType", first, last, type }
      : {
          kind: "AlignofType",
          first,
          last,
          type,
          preferred: this.tokens.text[first] !== "_Alignof",
        };
    this.#endOperand(outer, node);
  }

  #endOperand(outer: Parameters<TokenReader["endMarker"]>[0], node: Expr): void {
    const { value, isCall } = this.endMarker(outer, node);
    if (!isCall) this.emitOperand(value);
  }

  #labelAddress(): void {
    const first = this.at++;
    const label = this.takeIdentifier();
    const node: LabelAddress = { kind: "LabelAddress", first, last: this.at - 1, label };
    this.emitOperand(this.skeleton.add(node));
  }

  // ---------------------------------------------------------------- builtins with operands of their own form

  #generic(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    const associations: GenericAssociation[] = [];
    const node: Building<Generic> = {
      kind: "Generic",
      first,
      last: first,
      control: PENDING,
      associations,
    };
    this.nest();
    this.at++;
    this.require(Word.OpenParen);
    this.slot((value) => {
      node.control = value;
    });
    this.require(Word.Comma);
    do {
      const start = this.at;
      const type = this.accept(Word.Default) ? null : this.typeName();
      const association: Building<GenericAssociation> = {
        kind: "GenericAssociation",
        first: start,
        last: start,
        type,
        value: PENDING,
      };
      this.require(Word.Colon);
      this.slot((value) => {
        association.value = value;
      });
      association.last = this.at - 1;
      associations.push(association);
    } while (this.accept(Word.Comma));
    this.require(Word.CloseParen);
    this.unnest();
    node.last = this.at - 1;
    this.#endOperand(outer, node);
  }

  #vaArg(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    const node: Building<VaArg> = {
      kind: "VaArg",
      first,
      last: first,
      list: PENDING,
      type: null as unknown as TypeName,
    };
    this.#openBuiltin();
    this.slot((value) => {
      node.list = value;
    });
    this.require(Word.Comma);
    node.type = this.typeName();
    node.last = this.#closeBuiltin();
    this.#endOperand(outer, node);
  }

  #typesCompatible(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    this.#openBuiltin();
    const left = this.typeName();
    this.require(Word.Comma);
    const right = this.typeName();
    const last = this.#closeBuiltin();
    const node: TypesCompatible = { kind: "TypesCompatible", first, last, left, right };
    this.#endOperand(outer, node);
  }

  #chooseExpr(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    const node: Building<ChooseExpr> = {
      kind: "ChooseExpr",
      first,
      last: first,
      condition: PENDING,
      consequent: PENDING,
      alternate: PENDING,
    };
    this.#openBuiltin();
    this.slot((value) => {
      node.condition = value;
    });
    this.require(Word.Comma);
    this.slot((value) => {
      node.consequent = value;
    });
    this.require(Word.Comma);
    this.slot((value) => {
      node.alternate = value;
    });
    node.last = this.#closeBuiltin();
    this.#endOperand(outer, node);
  }

  #offsetof(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    this.#openBuiltin();
    const type = this.typeName();
    this.require(Word.Comma);
    const path: (FieldDesignator | IndexDesignator)[] = [this.#member()];
    for (;;) {
      const start = this.at;
      if (this.accept(Word.Dot)) {
        path.push(this.#member());
      } else if (this.accept(Word.Arrow)) {
        // `a->b` is `a[0].b`, as gcc reads it.
        path.push({ kind: "IndexDesignator", first: start, last: start, index: zero(start) }, this.#member());
      } else if (this.accept(Word.OpenSquare)) {
        path.push(this.#indexDesignator(start));
      } else {
        break;
      }
    }
    const last = this.#closeBuiltin();
    const node: Offsetof = { kind: "Offsetof", first, last, type, path };
    this.#endOperand(outer, node);
  }

  #member(): FieldDesignator {
    const name = this.takeIdentifier();
    return { kind: "FieldDesignator", first: name.first, last: name.last, name };
  }

  /** `index ]` as a slot. */
  #indexDesignator(first: number): IndexDesignator {
    const designator: Building<IndexDesignator> = {
      kind: "IndexDesignator",
      first,
      last: first,
      index: PENDING,
    };
    this.slot((value) => {
      designator.index = value;
    });
    this.require(Word.CloseSquare);
    designator.last = this.at - 1;
    return designator;
  }

  #openBuiltin(): void {
    this.nest();
    this.at++;
    this.require(Word.OpenParen);
  }

  #closeBuiltin(): number {
    this.require(Word.CloseParen);
    this.unnest();
    return this.at - 1;
  }

  // ---------------------------------------------------------------- initialisers

  /** What stands behind `=`, as a slot of the declaration that is being read. */
  protected initializerSlot(fill: (value: Expr | InitializerList) => void): void {
    if (this.word !== Word.OpenBrace) {
      this.slot(fill);
      return;
    }
    const { skeleton } = this;
    this.openSlot(fill as (value: SlotValue) => void);
    if (this.#bareBraces === 0) this.#bareBraces = skeleton.add(BARE_BRACES);
    skeleton.emit("(", this.at);
    skeleton.emit("int", this.#bareBraces);
    skeleton.emit(")", this.at);
    this.initializerBraces();
  }

  /** `{ … }` with designators, written to the skeleton. */
  protected initializerBraces(): void {
    const { skeleton, words } = this;
    this.nest();
    skeleton.emit("{", this.at++);
    while (words[this.at] !== Word.CloseBrace) {
      this.#designation();
      if (words[this.at] === Word.OpenBrace) this.initializerBraces();
      else this.assignment();
      if (words[this.at] !== Word.Comma) break;
      skeleton.emit(",", this.at++);
    }
    this.require(Word.CloseBrace);
    skeleton.emit("}", this.at - 1);
    this.unnest();
  }

  /** The old forms `a: v` and `[1] v` are written as `.a = v` and `[1] = v`. */
  #designation(): void {
    const { skeleton, words, at } = this;
    if (words[at] === Word.Identifier && words[at + 1] === Word.Colon) {
      skeleton.emit(".", at);
      skeleton.emit("v", at);
      skeleton.emit("=", at + 1);
      this.at += 2;
      return;
    }
    let count = 0;
    for (; ; count++) {
      if (words[this.at] === Word.Dot) {
        skeleton.emit(".", this.at++);
        if (words[this.at] !== Word.Identifier) this.expected("identifier");
        skeleton.emit("v", this.at++);
      } else if (words[this.at] === Word.OpenSquare) {
        this.nest();
        skeleton.emit("[", this.at++);
        this.assignment();
        if (words[this.at] === Word.Ellipsis) {
          skeleton.emit("...", this.at++);
          this.assignment();
        }
        this.require(Word.CloseSquare);
        skeleton.emit("]", this.at - 1);
        this.unnest();
      } else {
        break;
      }
    }
    if (count === 0) return;
    if (words[this.at] === Word.Equal) skeleton.emit("=", this.at++);
    else if (count === 1 && words[this.at - 1] === Word.CloseSquare) skeleton.emit("=", this.at - 1);
    else this.expected("'='");
  }
}

function zero(token: number): Expr {
  return {
    kind: "IntegerLiteral",
    first: token,
    last: token,
    value: 0n,
    decimal: true,
    unsigned: false,
    longs: 0,
  };
}
