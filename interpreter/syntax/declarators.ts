// Declarators, parameters and type names.
//
// C writes them inside out: in `int *(*f[3])(void)` the name is in the middle and the type is read to and fro.
// Here they are laid flat while they are read: a declarator's parts, from the name outwards, are those of the
// nested declarator, then the suffixes `[…]` and `(…)`, then the pointers, last one first.
//
// The hard thing is `(` where no name has come yet: in `int f(int (a))` it is redundant if `a` is no type and
// a function's parameters if it is.

import type {
  ArrayPart,
  Attribute,
  Declarator,
  DeclaratorPart,
  FunctionPart,
  Identifier,
  Parameter,
  PointerPart,
  TypeName,
} from "./ast.js";
import { ATOMIC, CONST, RESTRICT, VOLATILE } from "./ast.js";
import type { Building } from "./expressions.js";
import { identifier } from "./leaf.js";
import { FAULT } from "./reader.js";
import { SpecifierPlace, SpecifierReader } from "./specifiers.js";
import { WORD_FLAGS, Word, WordFlag } from "./words.js";

const Form = {
  /** A name must come. */
  Named: 0,
  /** The same where no type stands before: then a typedef name is none of its own. */
  Untyped: 3,
  /** No name may come: type names. */
  Abstract: 1,
  /** Parameters have one or not. */
  Either: 2,
} as const;
type Form = (typeof Form)[keyof typeof Form];

/** What is found on the way through one declarator. */
interface Found {
  name: Identifier | null;
  readonly parts: DeclaratorPart[];
  readonly attributes: Attribute[];
}

const NAME_OR_PAREN = "identifier or '('";

export abstract class DeclaratorReader extends SpecifierReader {
  protected declarator(hasType: boolean): Declarator {
    return this.#read(hasType ? Form.Named : Form.Untyped, this.at);
  }

  protected emptyDeclarator(last: number): Declarator {
    return {
      kind: "Declarator",
      first: last,
      last,
      name: null,
      parts: [],
      attributes: [],
      asmLabel: null,
    };
  }

  protected typeName(): TypeName {
    const first = this.at;
    const specifiers = this.specifiers(SpecifierPlace.TypeName);
    if (specifiers.last < first) this.expected("specifier-qualifier-list");
    const declarator = this.#read(Form.Abstract, specifiers.last);
    return { kind: "TypeName", first, last: this.at - 1, specifiers, declarator };
  }

  #read(form: Form, before: number): Declarator {
    const first = this.at;
    const found: Found = { name: null, parts: [], attributes: [] };
    this.#parts(form, found);
    const isEmpty = this.at === first;
    return {
      kind: "Declarator",
      first: isEmpty ? before : first,
      last: isEmpty ? before : this.at - 1,
      name: found.name,
      parts: found.parts,
      attributes: found.attributes,
      asmLabel: null,
    };
  }

  #parts(form: Form, found: Found): void {
    const pointers: PointerPart[] = [];
    while (this.word === Word.Star) pointers.push(this.#pointer());
    const { word } = this;
    const isNamed = form === Form.Named || form === Form.Untyped;
    if (form === Form.Untyped && this.isTypedefName(this.at)) this.expected(NAME_OR_PAREN);
    if (word === Word.Identifier && form !== Form.Abstract) {
      found.name = identifier(this.tokens, this.at++);
      // `int x [[gnu::unused]];`
      if (this.word === Word.OpenSquare && this.peek(1) === Word.OpenSquare)
        this.attributes(found.attributes);
    } else if (word === Word.OpenParen && (isNamed || !this.#startsParameters(this.at))) {
      this.nest();
      this.at++;
      this.attributes(found.attributes);
      this.#parts(form, found);
      this.require(Word.CloseParen);
      this.unnest();
    } else if (isNamed) {
      this.expected(NAME_OR_PAREN);
    }
    for (;;) {
      if (this.word === Word.OpenSquare) found.parts.push(this.#array());
      else if (this.word === Word.OpenParen) found.parts.push(this.#function());
      else break;
    }
    for (let i = pointers.length - 1; i >= 0; i--) found.parts.push(pointers[i]!);
  }

  /** After attributes either may come: `int (__attribute__((x)) *p)`, `int (__attribute__((x)) int)`. */
  #startsParameters(at: number): boolean {
    let next = at + 1;
    while (this.words[next] === Word.Attribute) next = this.closingParen(next + 1) + 1;
    const word = this.words[next]!;
    if (word === Word.Identifier) return this.isTypedefName(next);
    if (word === Word.CloseParen) return next === at + 1;
    return word === Word.Ellipsis || (WORD_FLAGS[word]! & WordFlag.Declaration) !== 0;
  }

  #pointer(): PointerPart {
    const first = this.at++;
    const attributes: Attribute[] = [];
    let qualifiers = 0;
    for (;;) {
      const bit = this.#qualifier();
      if (bit !== 0) qualifiers |= bit;
      else if (this.word === Word.Attribute) this.attributes(attributes);
      else break;
    }
    return { kind: "PointerPart", first, last: this.at - 1, qualifiers, attributes };
  }

  /** Take a qualifier and return its bit, or 0. */
  #qualifier(): number {
    switch (this.word) {
      case Word.Const:
        this.at++;
        return CONST;
      case Word.Volatile:
        this.at++;
        return VOLATILE;
      case Word.Restrict:
        this.at++;
        return RESTRICT;
      case Word.Atomic:
        this.at++;
        return ATOMIC;
      default:
        return 0;
    }
  }

  #array(): ArrayPart {
    const node: Building<ArrayPart> = {
      kind: "ArrayPart",
      first: this.at,
      last: this.at,
      size: null,
      star: false,
      isStatic: false,
      qualifiers: 0,
    };
    this.nest();
    this.at++;
    for (;;) {
      const bit = this.#qualifier();
      if (bit !== 0) node.qualifiers |= bit;
      else if (this.accept(Word.Static)) node.isStatic = true;
      else break;
    }
    if (this.word === Word.Star && this.peek(1) === Word.CloseSquare) {
      this.at++;
      node.star = true;
    } else if (this.word !== Word.CloseSquare) {
      this.slot((value) => {
        node.size = value;
      });
    }
    this.require(Word.CloseSquare);
    this.unnest();
    node.last = this.at - 1;
    return node;
  }

  // ---------------------------------------------------------------- parameters

  #function(): FunctionPart {
    const node: Building<FunctionPart> = {
      kind: "FunctionPart",
      first: this.at,
      last: this.at,
      style: "prototype",
      forward: [],
      parameters: [],
      variadic: false,
      identifiers: [],
    };
    this.nest();
    this.at++;
    if (this.word === Word.CloseParen) {
      node.style = "empty";
    } else if (this.#startsIdentifierList()) {
      node.style = "identifiers";
      node.identifiers = this.#identifierList();
    } else {
      this.scopes.enter();
      this.#parameters(node);
      this.scopes.leave();
    }
    this.require(Word.CloseParen);
    this.unnest();
    node.last = this.at - 1;
    return node;
  }

  /** K&R `(a, b)`; a name before another name, `*`, `(` or `[` is rather an unknown type. */
  #startsIdentifierList(): boolean {
    if (this.word !== Word.Identifier || this.isTypedefName(this.at)) return false;
    const next = this.peek(1);
    return (
      next !== Word.Identifier &&
      next !== Word.Star &&
      next !== Word.OpenParen &&
      next !== Word.OpenSquare &&
      (WORD_FLAGS[next]! & WordFlag.Keyword) === 0
    );
  }

  #identifierList(): Identifier[] {
    const names: Identifier[] = [];
    names.push(this.takeIdentifier());
    while (this.word === Word.Comma && this.peek(1) === Word.Identifier) {
      this.at++;
      names.push(this.takeIdentifier());
    }
    return names;
  }

  #parameters(node: Building<FunctionPart>): void {
    let parameters: Parameter[] = [];
    if (this.word === Word.Ellipsis) {
      this.fail(this.tokenSpan(this.at), "ISO C requires a named argument before '...'");
    }
    for (;;) {
      parameters.push(this.#parameter());
      if (this.word === Word.CloseParen) break;
      if (this.accept(Word.Semicolon)) {
        // GNU forward declarations of parameters, `(int n; int a[n], int n)`.
        node.forward = [...node.forward, ...parameters];
        parameters = [];
        if (this.word === Word.CloseParen) {
          node.style = "empty";
          break;
        }
        continue;
      }
      if (this.word !== Word.Comma) this.expected("';', ',' or ')'");
      this.at++;
      if (this.accept(Word.Ellipsis)) {
        node.variadic = true;
        break;
      }
    }
    node.parameters = parameters;
  }

  #parameter(): Parameter {
    const first = this.at;
    const specifiers = this.specifiers(SpecifierPlace.Parameter);
    if (specifiers.last < first) {
      if (this.word !== Word.Identifier || this.scopes.isDeclared(this.text())) {
        this.expected("declaration specifiers or '...'");
      }
      this.unknownType();
      throw FAULT;
    }
    const declarator: Building<Declarator> = this.#read(Form.Either, specifiers.last);
    const attributes = this.attributes([]);
    if (attributes.length > 0) declarator.attributes = [...declarator.attributes, ...attributes];
    if (declarator.name !== null) this.scopes.declare(declarator.name.name, false);
    return { kind: "Parameter", first, last: this.at - 1, specifiers, declarator };
  }
}
