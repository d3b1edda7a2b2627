// Statements, blocks and the translation unit.
//
// Loops, conditions and blocks go to the skeleton as they are, since their nesting is for tree-sitter to find.
// Whatever is complete in itself is built here and stands in the skeleton as `;`: declarations, jumps, asm.
// Labels and switches, which tree-sitter-c takes for more or less than they are, stand there as `while`:
//   a: case 1: case 2 ... f(3): body     while ( 1 ( 1 ( 1 ) ) ) body      slots: what is not a single operand
//   switch (e) body                      while ( e ) body
// What a `while` or a `;` really is, the token or node that it stands for tells the walk.

import type {
  Asm,
  AsmOperand,
  AttributeStatement,
  CaseLabel,
  EmptyStatement,
  Expr,
  ExternalItem,
  Goto,
  Identifier,
  Labeled,
  LabelPrefix,
  LocalLabels,
  NamedLabel,
  Statement,
  StringLiteral,
} from "./ast.js";
import { DeclarationReader } from "./declarations.js";
import type { Building } from "./expressions.js";
import { identifier } from "./leaf.js";
import { FAULT, PENDING } from "./reader.js";
import type { Marker } from "./skeleton.js";
import { Word } from "./words.js";

const PENDING_STATEMENT: Statement = { kind: "EmptyStatement", first: 0, last: 0 };

export class StatementReader extends DeclarationReader {
  // ---------------------------------------------------------------- translation unit

  translationUnit(): ExternalItem[] {
    const items: ExternalItem[] = [];
    while (this.word !== Word.End && !this.sink.isFull) {
      if (this.accept(Word.Semicolon)) continue;
      const point = this.savepoint();
      const start = this.at;
      try {
        const outer = this.beginMarker("");
        const item = this.#external();
        this.#endExternal(outer, item);
        items.push(item);
      } catch (fault) {
        if (fault !== FAULT) throw fault;
        this.restore(point);
        this.skipItem(start);
        // The body that a broken K&R head belongs to.
        if (this.word === Word.OpenBrace) this.skipItem(this.at);
        this.accept(Word.CloseBrace);
      }
    }
    return items;
  }

  #external(): ExternalItem {
    while (this.accept(Word.Extension));
    switch (this.word) {
      case Word.StaticAssert:
        return this.staticAssert();
      case Word.Asm:
        return this.#asm();
      default:
        return this.declaration(true, this.attributes([]));
    }
  }

  #endExternal(outer: Marker, item: ExternalItem): void {
    const { value, isCall } = this.endMarker(outer, item);
    if (isCall) this.skeleton.emit(";", value);
  }

  // ---------------------------------------------------------------- blocks

  protected block(): void {
    const { skeleton } = this;
    this.require(Word.OpenBrace);
    skeleton.emit("{", this.at - 1);
    this.nest();
    this.scopes.enter();
    while (this.word === Word.LocalLabel) this.#localLabels();
    while (this.word !== Word.CloseBrace) {
      const point = this.savepoint();
      const start = this.at;
      try {
        if (this.word === Word.End) this.expected("declaration or statement");
        this.#blockItem();
      } catch (fault) {
        if (fault !== FAULT || this.word === Word.End || this.sink.isFull) throw fault;
        this.restore(point);
        this.skipItem(start);
        // A lone closing bracket would stop us for ever.
        if (this.at === start && this.word !== Word.CloseBrace) this.at++;
      }
    }
    this.scopes.leave();
    this.unnest();
    skeleton.emit("}", this.at++);
  }

  #localLabels(): void {
    const first = this.at++;
    const labels: Identifier[] = [];
    do labels.push(this.takeIdentifier());
    while (this.accept(Word.Comma));
    this.require(Word.Semicolon);
    const node: LocalLabels = { kind: "LocalLabels", first, last: this.at - 1, labels };
    this.#whole(node);
  }

  #blockItem(): void {
    const isExtension = this.accept(Word.Extension);
    while (this.accept(Word.Extension));
    if (this.#startsAttributes()) {
      this.#attributed();
    } else if (this.word === Word.StaticAssert) {
      const outer = this.beginMarker("");
      this.#endItem(outer, this.staticAssert());
    } else if (this.startsDeclaration(this.at)) {
      const outer = this.beginMarker("");
      this.#endItem(outer, this.declaration(true));
    } else if (isExtension) {
      this.expression();
      this.#semicolon();
    } else {
      this.#statement(true);
    }
  }

  #startsAttributes(): boolean {
    return (
      this.word === Word.Attribute || (this.word === Word.OpenSquare && this.peek(1) === Word.OpenSquare)
    );
  }

  /** `__attribute__((fallthrough));`, or a declaration that begins with its attributes. */
  #attributed(): void {
    const first = this.at;
    const outer = this.beginMarker("");
    const attributes = this.attributes([]);
    if (this.word !== Word.Semicolon) {
      this.#endItem(outer, this.declaration(true, attributes));
      return;
    }
    const node: AttributeStatement = {
      kind: "AttributeStatement",
      first,
      last: this.at++,
      attributes,
    };
    this.#endItem(outer, node);
  }

  /** The end of an item that was built here: `1 ( slots ) ;` or `;`. */
  #endItem(outer: Marker, node: Parameters<typeof this.endMarker>[1]): void {
    this.skeleton.emit(";", this.endMarker(outer, node).value);
  }

  /** An item that was built here and has no slots. */
  #whole(node: LocalLabels | Statement): void {
    this.skeleton.emit(";", this.skeleton.add(node));
  }

  // ---------------------------------------------------------------- statements

  /** `inBlock`: declarations may follow, so that a label may stand before one. */
  #statement(inBlock: boolean): void {
    const { skeleton, at } = this;
    switch (this.word) {
      case Word.OpenBrace:
        this.block();
        return;
      case Word.Semicolon:
        skeleton.emit(";", this.at++);
        return;
      case Word.Identifier:
        if (this.peek(1) === Word.Colon) {
          this.#labeled(inBlock);
          return;
        }
        break;
      case Word.Case:
      case Word.Default:
        this.#labeled(inBlock);
        return;
      case Word.If:
        this.#if();
        return;
      case Word.Switch:
      case Word.While:
        skeleton.emit("while", this.at++);
        this.#condition();
        this.#body();
        return;
      case Word.Do:
        skeleton.emit("do", this.at++);
        this.#body();
        if (this.peek(0) !== Word.While) this.expected("'while'");
        skeleton.emit("while", this.at++);
        this.#condition();
        this.#semicolon();
        return;
      case Word.For:
        this.#for();
        return;
      case Word.Goto:
        this.#goto();
        return;
      case Word.Continue:
      case Word.Break: {
        const kind = this.word === Word.Break ? "Break" : "Continue";
        this.at++;
        this.require(Word.Semicolon);
        this.#whole({ kind, first: at, last: this.at - 1 });
        return;
      }
      case Word.Return:
        skeleton.emit("return", this.at++);
        if (this.peek(0) !== Word.Semicolon) this.expression();
        this.#semicolon();
        return;
      case Word.Asm: {
        const outer = this.beginMarker("");
        this.#endItem(outer, this.#asm());
        return;
      }
      case Word.Attribute:
      case Word.OpenSquare:
        if (this.#startsAttributes()) {
          this.#attributed();
          return;
        }
        break;
      case Word.CloseParen:
      case Word.CloseSquare:
        this.expected("statement");
        break;
      case Word.Else:
        this.fail(this.tokenSpan(at), "'else' without a previous 'if'");
    }
    this.expression();
    this.#semicolon();
  }

  #semicolon(): void {
    this.require(Word.Semicolon);
    this.skeleton.emit(";", this.at - 1);
  }

  /** `( e )` */
  #condition(): void {
    const { skeleton } = this;
    this.require(Word.OpenParen);
    skeleton.emit("(", this.at - 1);
    this.expression();
    this.require(Word.CloseParen);
    skeleton.emit(")", this.at - 1);
  }

  /** The statement that a loop, condition or label governs. */
  #body(): void {
    if (this.word === Word.OpenBrace) {
      this.block();
      return;
    }
    this.nest();
    this.#statement(false);
    this.unnest();
  }

  /** A chain of else-ifs is read in a loop: it may be long. */
  #if(): void {
    const { skeleton } = this;
    for (;;) {
      skeleton.emit("if", this.at++);
      this.#condition();
      this.#body();
      if (this.word !== Word.Else) return;
      skeleton.emit("else", this.at++);
      if (this.peek(0) !== Word.If) break;
    }
    this.#body();
  }

  #for(): void {
    const { skeleton } = this;
    skeleton.emit("for", this.at++);
    this.require(Word.OpenParen);
    skeleton.emit("(", this.at - 1);
    this.scopes.enter();
    while (this.accept(Word.Extension));
    if (this.startsDeclaration(this.at)) {
      const outer = this.beginMarker("");
      this.#endItem(outer, this.declaration(false));
    } else {
      if (this.word !== Word.Semicolon) this.expression();
      this.#semicolon();
    }
    if (this.word !== Word.Semicolon) this.expression();
    this.#semicolon();
    if (this.word !== Word.CloseParen) this.expression();
    this.require(Word.CloseParen);
    skeleton.emit(")", this.at - 1);
    this.#body();
    this.scopes.leave();
  }

  #goto(): void {
    const first = this.at++;
    if (this.accept(Word.Star)) {
      const outer = this.beginMarker("");
      const node: Building<Statement & { kind: "ComputedGoto" }> = {
        kind: "ComputedGoto",
        first,
        last: first,
        target: PENDING,
      };
      this.commaSlot((value) => {
        node.target = value;
      });
      this.require(Word.Semicolon);
      node.last = this.at - 1;
      this.#endItem(outer, node);
      return;
    }
    const label = this.takeIdentifier("identifier or '*'");
    this.require(Word.Semicolon);
    const node: Goto = { kind: "Goto", first, last: this.at - 1, label };
    this.#whole(node);
  }

  // ---------------------------------------------------------------- labels

  #labeled(inBlock: boolean): void {
    const { skeleton } = this;
    const first = this.at;
    const labels: LabelPrefix[] = [];
    const node: Labeled = { kind: "Labeled", first, last: first, labels, body: PENDING_STATEMENT };
    skeleton.emit("while", skeleton.add(node));
    skeleton.emit("(", first);
    const outer = this.beginMarker("");
    let colon = first;
    for (let label = this.#label(); label !== null; label = this.#label()) {
      labels.push(label);
      colon = label.last;
    }
    const { value, isCall } = this.endMarker(outer, node);
    if (!isCall) skeleton.emit("1", value);
    skeleton.emit(")", colon);
    if (this.word === Word.CloseBrace || (inBlock && this.#startsItem())) {
      const empty: EmptyStatement = { kind: "EmptyStatement", first: colon, last: colon };
      this.#whole(empty);
    } else {
      this.#body();
    }
  }

  /** A declaration, or what else is no statement. */
  #startsItem(): boolean {
    let at = this.at;
    while (this.words[at] === Word.Extension) at++;
    return this.words[at] !== Word.Attribute && this.startsDeclaration(at);
  }

  #label(): LabelPrefix | null {
    const first = this.at;
    switch (this.word) {
      case Word.Identifier: {
        if (this.peek(1) !== Word.Colon) return null;
        const label = identifier(this.tokens, first);
        this.at += 2;
        const attributes = this.peek(0) === Word.Attribute ? this.attributes([]) : [];
        const node: NamedLabel = { kind: "NamedLabel", first, last: first + 1, label, attributes };
        return node;
      }
      case Word.Default:
        this.at++;
        this.require(Word.Colon);
        return { kind: "DefaultLabel", first, last: this.at - 1 };
      case Word.Case: {
        this.at++;
        const node: Building<CaseLabel> = {
          kind: "CaseLabel",
          first,
          last: first,
          low: PENDING,
          high: null,
        };
        this.slot((value) => {
          node.low = value;
        });
        if (this.accept(Word.Ellipsis)) {
          this.slot((value) => {
            node.high = value;
          });
          this.require(Word.Colon);
        } else {
          this.require(Word.Colon, "':' or '...'");
        }
        node.last = this.at - 1;
        return node;
      }
      default:
        return null;
    }
  }

  // ---------------------------------------------------------------- asm

  /** An asm statement, or a basic one at file scope, with its semicolon. Operands are slots. */
  #asm(): Asm {
    const first = this.at++;
    const outputs: AsmOperand[] = [];
    const inputs: AsmOperand[] = [];
    const clobbers: StringLiteral[] = [];
    const labels: Identifier[] = [];
    let isVolatile = false;
    let isInline = false;
    let isGoto = false;
    for (; ; this.at++) {
      if (this.word === Word.Volatile) isVolatile = true;
      else if (this.word === Word.Inline) isInline = true;
      else if (this.word === Word.Goto) isGoto = true;
      else break;
    }
    this.nest();
    this.require(Word.OpenParen);
    const template = this.takeString();
    const basic = this.word === Word.CloseParen;
    let section = 0;
    for (;;) {
      if (this.word !== Word.Colon && this.word !== Word.Scope) {
        if (section < 3 && this.word !== Word.CloseParen) this.expected("':' or ')'");
        break;
      }
      section += this.word === Word.Scope ? 2 : 1;
      if (section > (isGoto ? 4 : 3) || this.functionDepth === 0) break;
      this.at++;
      if (this.word === Word.Colon || this.word === Word.Scope || this.word === Word.CloseParen) continue;
      do {
        if (section === 1) outputs.push(this.#asmOperand());
        else if (section === 2) inputs.push(this.#asmOperand());
        else if (section === 3) clobbers.push(this.takeString());
        else labels.push(this.takeIdentifier());
      } while (this.accept(Word.Comma));
    }
    this.require(Word.CloseParen);
    this.unnest();
    this.require(Word.Semicolon);
    return {
      kind: "Asm",
      first,
      last: this.at - 1,
      template,
      isVolatile,
      isInline,
      isGoto,
      basic,
      outputs,
      inputs,
      clobbers,
      labels,
    };
  }

  #asmOperand(): AsmOperand {
    const first = this.at;
    let symbol: Identifier | null = null;
    if (this.accept(Word.OpenSquare)) {
      symbol = this.takeIdentifier();
      this.require(Word.CloseSquare);
    }
    const constraint = this.takeString();
    const node: Building<AsmOperand> = {
      kind: "AsmOperand",
      first,
      last: first,
      symbol,
      constraint,
      value: PENDING as Expr,
    };
    this.require(Word.OpenParen);
    this.commaSlot((value) => {
      node.value = value;
    });
    this.require(Word.CloseParen);
    node.last = this.at - 1;
    return node;
  }
}
