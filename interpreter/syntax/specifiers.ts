// Declaration specifiers: storage, qualifiers, attributes and the one type that the words add up to; the bodies
// of structs, unions and enums.
//
// The hard thing: a typedef name is a type only until a type has been seen (`typedef int T; unsigned T;`
// declares a variable T). Words may come in any order; which combinations make a type is a table.

import { closestName } from "../source/suggest.js";
import type {
  Attribute,
  BasicType,
  BasicTypeName,
  Declarator,
  DeclSpecifiers,
  Enumerator,
  EnumSpecifier,
  Expr,
  FieldDeclaration,
  FieldDeclarator,
  Member,
  StaticAssert,
  StorageClass,
  StringLiteral,
  StructSpecifier,
  TypeName,
  TypeofSpecifier,
  TypeSpecifier,
} from "./ast.js";
import { ATOMIC, CONST, RESTRICT, VOLATILE } from "./ast.js";
import { type Building, ExpressionReader } from "./expressions.js";
import { readString } from "./leaf.js";
import { FAULT, PENDING } from "./reader.js";
import { WORD_FLAGS, WORD_TEXT, Word, WordFlag } from "./words.js";

/** Where specifiers stand: it decides about storage classes, and when an unknown name is taken for a type. */
export const SpecifierPlace = { Declaration: 0, Parameter: 1, Member: 2, TypeName: 3 } as const;
export type SpecifierPlace = (typeof SpecifierPlace)[keyof typeof SpecifierPlace];

// One digit (base 4) a word; "long" may stand twice.
const WORD_DIGITS = new Map<number, number>();
for (const [index, word] of [
  Word.Void,
  Word.Char_,
  Word.Short,
  Word.Int,
  Word.Long,
  Word.Float,
  Word.Double,
  Word.Signed,
  Word.Unsigned,
  Word.Bool,
  Word.Int128,
].entries()) {
  WORD_DIGITS.set(word, 4 ** index);
}
const COMBINATIONS = new Map<number, BasicTypeName>();
for (const [words, name] of [
  ["void", "void"],
  ["_Bool", "_Bool"],
  ["char", "char"],
  ["signed char", "signed char"],
  ["unsigned char", "unsigned char"],
  ["short|short int|signed short|signed short int", "short"],
  ["unsigned short|unsigned short int", "unsigned short"],
  ["int|signed|signed int", "int"],
  ["unsigned|unsigned int", "unsigned int"],
  ["long|long int|signed long|signed long int", "long"],
  ["unsigned long|unsigned long int", "unsigned long"],
  ["long long|long long int|signed long long|signed long long int", "long long"],
  ["unsigned long long|unsigned long long int", "unsigned long long"],
  ["__int128|signed __int128", "__int128"],
  ["unsigned __int128", "unsigned __int128"],
  ["float", "float"],
  ["double", "double"],
  ["long double", "long double"],
] as const) {
  for (const combination of words.split("|")) {
    let sum = 0;
    for (const word of combination.split(" ")) sum += WORD_DIGITS.get(WORD_TEXT.indexOf(word))!;
    COMBINATIONS.set(sum, name);
  }
}

const OTHER_TYPES = new Map<string, BasicTypeName>([
  ["_Float16", "_Float16"],
  ["_Float32", "_Float32"],
  ["_Float64", "_Float64"],
  ["_Float128", "_Float128"],
  ["__float128", "_Float128"],
  ["_Float32x", "_Float32x"],
  ["_Float64x", "_Float64x"],
  ["_Decimal32", "_Decimal32"],
  ["_Decimal64", "_Decimal64"],
  ["_Decimal128", "_Decimal128"],
  ["__builtin_va_list", "__builtin_va_list"],
  ["__int128_t", "__int128"],
  ["__uint128_t", "unsigned __int128"],
]);

const QUALIFIER_BITS = new Map<number, number>([
  [Word.Const, CONST],
  [Word.Volatile, VOLATILE],
  [Word.Restrict, RESTRICT],
  [Word.Atomic, ATOMIC],
]);

function isDecimal(type: TypeSpecifier | null): boolean {
  return type?.kind === "BasicType" && type.name.startsWith("_Decimal");
}

function bothText(word: number, type: string): string {
  const name = word === Word.Complex ? "complex" : WORD_TEXT[word]!;
  return `both '${name}' and '${type}' in declaration specifiers`;
}

export abstract class SpecifierReader extends ExpressionReader {
  /** A declarator with a name; `hasType` says whether specifiers before it name a type. */
  protected abstract declarator(hasType: boolean): Declarator;
  /** One without anything, behind the token `last`. */
  protected abstract emptyDeclarator(last: number): Declarator;

  // ---------------------------------------------------------------- specifiers

  /**
   * Read as many specifiers as there are (perhaps none: then the type is an implicit int and `last` is before
   * `first`). `attributes` were read before.
   */
  protected specifiers(place: SpecifierPlace, attributes: Attribute[] = []): DeclSpecifiers {
    const first = this.at;
    const result: Building<DeclSpecifiers> & { alignas: (Expr | TypeName)[] } = {
      kind: "DeclSpecifiers",
      first,
      last: first - 1,
      storage: null,
      threadLocal: false,
      inline: false,
      noreturn: false,
      qualifiers: 0,
      alignas: [],
      type: IMPLICIT_INT,
      attributes,
    };
    let type: TypeSpecifier | null = null;
    // Words like `unsigned long`, as a sum of their digits, and the first of them.
    let words = 0;
    let firstWord = -1;
    let complex = false;
    for (;;) {
      const word = this.word;
      const hasType = type !== null || words !== 0 || complex;
      if (word === Word.Identifier) {
        if (hasType) break;
        if (this.scopes.isType(this.text())) {
          type = { kind: "TypedefName", first: this.at, last: this.at, name: this.text() };
        } else if (this.#isUnknownType(place, this.at === first)) {
          this.unknownType();
          type = { ...IMPLICIT_INT, first: this.at, last: this.at, implicit: false };
        } else {
          break;
        }
        this.at++;
        continue;
      }
      const flags = WORD_FLAGS[word]!;
      if ((flags & WordFlag.Declaration) === 0 || word === Word.StaticAssert) break;
      if (flags & WordFlag.Storage) {
        if (place >= SpecifierPlace.Member) break;
        this.#storage(result);
        continue;
      }
      switch (word) {
        case Word.Const:
        case Word.Volatile:
        case Word.Restrict:
          result.qualifiers |= QUALIFIER_BITS.get(word)!;
          this.at++;
          continue;
        case Word.Atomic:
          if (this.peek(1) !== Word.OpenParen) {
            result.qualifiers |= ATOMIC;
            this.at++;
            continue;
          }
          break;
        case Word.Inline:
          result.inline = true;
          this.at++;
          continue;
        case Word.Noreturn:
          result.noreturn = true;
          this.at++;
          continue;
        case Word.Alignas:
          this.#alignas(result.alignas);
          continue;
        case Word.Attribute:
          this.attributes(attributes);
          continue;
        case Word.Complex:
          if (isDecimal(type)) this.fail(this.tokenSpan(this.at), bothText(word, (type as BasicType).name));
          complex = true;
          if (firstWord < 0) firstWord = this.at;
          this.at++;
          continue;
      }
      // After the body of a struct, another type is rather a forgotten semicolon: the declarator's reader says so.
      if (type !== null && ("members" in type ? type.members : "enumerators" in type && type.enumerators))
        break;
      const digit = WORD_DIGITS.get(word);
      if (digit !== undefined) {
        if (firstWord < 0) firstWord = this.at;
        if (type !== null) {
          const isBoth = MODIFIERS.includes(word) && isDecimal(type);
          this.fail(this.tokenSpan(this.at), isBoth ? bothText(word, (type as BasicType).name) : TWO_TYPES);
        }
        words = this.#addWord(words, word, digit);
        this.at++;
        continue;
      }
      if (hasType) {
        const modifier: number | null = type === null ? this.#modifierOf(words, complex) : null;
        const isDecimalWord = word === Word.OtherType && this.text().startsWith("_Decimal");
        const both = isDecimalWord && modifier !== null;
        this.fail(this.tokenSpan(this.at), both ? bothText(modifier, this.text()) : TWO_TYPES);
      }
      type = this.#ownType(word);
    }
    if (words !== 0 || complex) type = this.#basicType(words, complex, firstWord);
    result.last = this.at - 1;
    result.type = type ?? { ...IMPLICIT_INT, first, last: Math.max(first, result.last) };
    return result;
  }

  /** A name that is no type, where a type may stand: is it meant to be one? As gcc guesses. */
  #isUnknownType(place: SpecifierPlace, isFirst: boolean): boolean {
    const isDeclared = this.scopes.isDeclared(this.text());
    if (place === SpecifierPlace.TypeName) return !isDeclared;
    const next = this.peek(1);
    if (next !== Word.Identifier && next !== Word.Star) return false;
    return !isDeclared || (place === SpecifierPlace.Declaration && this.functionDepth === 0 && isFirst);
  }

  protected unknownType(): void {
    const name = this.text();
    const tag = this.scopes.tags.get(name);
    if (tag !== undefined) {
      this.error(this.at, `unknown type name '${name}'; use '${tag}' keyword to refer to the type`);
      return;
    }
    const near = closestName(name, this.scopes.typeNames());
    if (near === null) this.error(this.at, `unknown type name '${name}'`);
    else {
      this.sink.error(this.tokenSpan(this.at), `unknown type name '${name}'; did you mean '${near}'?`, {
        fix: near,
      });
    }
  }

  #storage(result: Building<DeclSpecifiers>): void {
    const word = this.word;
    if (word === Word.Thread) {
      if (result.threadLocal) this.error(this.at, `duplicate '${this.text()}'`);
      result.threadLocal = true;
    } else {
      const storage = WORD_TEXT[word] as StorageClass;
      if (result.storage === storage) this.error(this.at, `duplicate '${storage}'`);
      else if (result.storage !== null) {
        this.error(this.at, "multiple storage classes in declaration specifiers");
      }
      result.storage = storage;
    }
    this.at++;
  }

  /** The word that a decimal type cannot stand with, where there are nothing but such words; else null. */
  #modifierOf(words: number, complex: boolean): number | null {
    const count = (word: number): number => Math.floor(words / WORD_DIGITS.get(word)!) % 4;
    for (const word of WORD_DIGITS.keys()) if (count(word) > 0 && !MODIFIERS.includes(word)) return null;
    return MODIFIERS.find((word) => count(word) > 0) ?? (complex ? Word.Complex : null);
  }

  #addWord(words: number, word: number, digit: number): number {
    const count = (other: number): number => Math.floor(words / WORD_DIGITS.get(other)!) % 4;
    const fail = (text: string): never => this.fail(this.tokenSpan(this.at), text);
    const both = (other: number): never => {
      // Modifiers come first, in gcc's order.
      const rank = (one: number): number =>
        MODIFIERS.includes(one) ? MODIFIERS.indexOf(one) : MODIFIERS.length;
      const [left, right] = rank(word) < rank(other) ? [word, other] : [other, word];
      return fail(`both '${WORD_TEXT[left]!}' and '${WORD_TEXT[right]!}' in declaration specifiers`);
    };
    const already = count(word);
    if (word === Word.Long) {
      if (already === 2) fail("'long long long' is too long for GCC");
    } else if (already > 0) {
      if (MODIFIERS.includes(word)) fail(`duplicate '${this.text()}'`);
      fail(TWO_TYPES);
    }
    if (COMBINATIONS_PREFIX.has(words + digit)) return words + digit;
    // No type has these words: name two of them that cannot go together.
    for (const other of WORD_DIGITS.keys()) {
      if (count(other) === 0) continue;
      const pair = WORD_DIGITS.get(other)! + digit;
      if (COMBINATIONS_PREFIX.has(pair)) continue;
      if (MODIFIERS.includes(word) || MODIFIERS.includes(other)) both(other);
      fail(TWO_TYPES);
    }
    return fail(TWO_TYPES);
  }

  #basicType(words: number, complex: boolean, first: number): BasicType {
    // A lone _Complex is a complex double.
    const name = words === 0 ? "double" : COMBINATIONS.get(words)!;
    return { kind: "BasicType", first, last: this.at - 1, name, complex, implicit: false };
  }

  /** A type that is not made of several words. */
  #ownType(word: number): TypeSpecifier {
    const first = this.at;
    switch (word) {
      case Word.Struct:
      case Word.Union:
        return this.#struct();
      case Word.Enum:
        return this.#enum();
      case Word.Typeof:
        return this.#typeof();
      case Word.AutoType:
        this.at++;
        return { kind: "AutoType", first, last: first };
      case Word.Atomic: {
        this.nest();
        this.at += 2;
        const type = this.typeName();
        this.require(Word.CloseParen);
        this.unnest();
        return { kind: "AtomicSpecifier", first, last: this.at - 1, type };
      }
      default: {
        const name = OTHER_TYPES.get(this.text())!;
        this.at++;
        return { kind: "BasicType", first, last: first, name, complex: false, implicit: false };
      }
    }
  }

  #typeof(): TypeofSpecifier {
    const first = this.at;
    const unqualified = this.text().includes("unqual");
    this.nest();
    this.at++;
    this.require(Word.OpenParen);
    const node: Building<TypeofSpecifier> = {
      kind: "TypeofSpecifier",
      first,
      last: first,
      operand: PENDING,
      unqualified,
    };
    if (this.startsTypeName(this.at)) node.operand = this.typeName();
    else {
      this.commaSlot((value) => {
        node.operand = value;
      });
    }
    this.require(Word.CloseParen);
    this.unnest();
    node.last = this.at - 1;
    return node;
  }

  #alignas(list: (Expr | TypeName)[]): void {
    this.nest();
    this.at++;
    this.require(Word.OpenParen);
    if (this.startsTypeName(this.at)) list.push(this.typeName());
    else {
      const index = list.push(PENDING) - 1;
      this.slot((value) => {
        list[index] = value;
      });
    }
    this.require(Word.CloseParen);
    this.unnest();
  }

  // ---------------------------------------------------------------- attributes

  /** Any number of `__attribute__((…))` and `[[…]]`, added to a list. */
  protected attributes(list: Attribute[]): Attribute[] {
    for (;;) {
      if (this.word === Word.Attribute) {
        this.at++;
        this.require(Word.OpenParen);
        this.require(Word.OpenParen);
        this.#attributeList(list, Word.CloseParen);
        this.require(Word.CloseParen);
        this.require(Word.CloseParen);
      } else if (this.word === Word.OpenSquare && this.peek(1) === Word.OpenSquare) {
        this.at += 2;
        this.#attributeList(list, Word.CloseSquare);
        this.require(Word.CloseSquare);
        this.require(Word.CloseSquare);
      } else {
        return list;
      }
    }
  }

  #attributeList(list: Attribute[], end: Word): void {
    for (;;) {
      if (this.word === Word.Comma) {
        this.at++;
        continue;
      }
      if (this.word === end) return;
      if (!this.#isAttributeName()) this.missing(end === Word.CloseParen ? "')'" : "']'");
      const first = this.at++;
      let name = this.tokens.text[first]!;
      if (end === Word.CloseSquare && this.#acceptScope() && this.#isAttributeName()) {
        name = this.text();
        this.at++;
      }
      const args: Expr[] = [];
      if (this.word === Word.OpenParen) this.#attributeArguments(args);
      list.push({ kind: "Attribute", first, last: this.at - 1, name: plainName(name), args });
      if (this.word !== Word.Comma && this.word !== end) {
        this.missing(end === Word.CloseParen ? "')'" : "']'");
      }
    }
  }

  #isAttributeName(): boolean {
    return this.word === Word.Identifier || (WORD_FLAGS[this.word]! & WordFlag.Keyword) !== 0;
  }

  /** `::` in `[[gnu::packed]]`; in C it arrives as two colons. */
  #acceptScope(): boolean {
    if (this.accept(Word.Scope)) return true;
    if (this.word !== Word.Colon || this.peek(1) !== Word.Colon) return false;
    this.at += 2;
    return true;
  }

  #attributeArguments(args: Expr[]): void {
    this.nest();
    this.at++;
    while (this.word !== Word.CloseParen) {
      const index = args.push(PENDING) - 1;
      // A first argument that is a name says what it says, also if it is the name of a type.
      if (index === 0 && this.word === Word.Identifier && this.#endsArgument(1)) {
        args[0] = { kind: "Name", first: this.at, last: this.at, name: this.text() };
        this.at++;
      } else {
        this.slot((value) => {
          args[index] = value;
        });
      }
      if (!this.accept(Word.Comma)) break;
    }
    this.require(Word.CloseParen);
    this.unnest();
  }

  #endsArgument(distance: number): boolean {
    const word = this.peek(distance);
    return word === Word.Comma || word === Word.CloseParen;
  }

  /** `asm("symbol")` behind a declarator. */
  protected asmLabel(): StringLiteral | null {
    if (!this.accept(Word.Asm)) return null;
    this.require(Word.OpenParen);
    const label = this.takeString();
    this.require(Word.CloseParen);
    return label;
  }

  protected takeString(): StringLiteral {
    if (this.word !== Word.String) this.expected("string literal");
    const literal = readString(this.tokens, this.words, this.at, this.sink);
    this.at = literal.last + 1;
    return literal;
  }

  // ---------------------------------------------------------------- struct, union, enum

  #struct(): StructSpecifier {
    const first = this.at;
    const isUnion = this.word === Word.Union;
    this.at++;
    const attributes = this.attributes([]);
    const tag = this.word === Word.Identifier ? this.takeIdentifier() : null;
    if (tag !== null) this.scopes.tags.set(tag.name, isUnion ? "union" : "struct");
    let members: Member[] | null = null;
    let last = this.at - 1;
    if (this.word === Word.OpenBrace) {
      members = [];
      this.#members(members);
      last = this.at - 1;
      this.attributes(attributes);
    } else if (tag === null) {
      this.expected("'{'");
    }
    return { kind: "StructSpecifier", first, last, isUnion, tag, members, attributes };
  }

  #members(members: Member[]): void {
    this.nest();
    this.at++;
    while (this.word !== Word.CloseBrace) {
      if (this.accept(Word.Semicolon)) continue;
      const point = this.savepoint();
      const start = this.at;
      try {
        this.#member(members);
      } catch (fault) {
        if (fault !== FAULT) throw fault;
        this.restore(point);
        this.skipItem(start);
        if (this.word === Word.End) throw FAULT;
      }
    }
    this.at++;
    this.unnest();
  }

  #member(members: Member[]): void {
    while (this.accept(Word.Extension));
    if (this.word === Word.StaticAssert) {
      members.push(this.staticAssert());
      return;
    }
    const first = this.at;
    const specifiers = this.specifiers(SpecifierPlace.Member);
    if (specifiers.last < first) this.expected("specifier-qualifier-list");
    const declarators: FieldDeclarator[] = [];
    if (this.word !== Word.Semicolon && this.word !== Word.CloseBrace) {
      this.#fieldDeclarators(declarators, specifiers.last);
    }
    if (this.word === Word.CloseBrace) {
      this.sink.warning(null, this.tokenSpan(this.at - 1), "no semicolon at end of struct or union");
    } else if (!this.accept(Word.Semicolon)) {
      const last = declarators.at(-1);
      if (last === undefined) this.missing("';'");
      const isPlain = last.width === null && last.declarator.attributes.length === 0;
      this.expected(isPlain ? "':', ',', ';', '}' or '__attribute__'" : "',', ';' or '}'");
    }
    const node: FieldDeclaration = {
      kind: "FieldDeclaration",
      first,
      last: this.at - 1,
      specifiers,
      declarators,
    };
    members.push(node);
  }

  #fieldDeclarators(declarators: FieldDeclarator[], last: number): void {
    do {
      const first = this.at;
      const prefix = declarators.length > 0 ? this.attributes([]) : [];
      const declarator: Building<Declarator> =
        this.word === Word.Colon ? this.emptyDeclarator(last) : this.declarator(true);
      const node: Building<FieldDeclarator> = {
        kind: "FieldDeclarator",
        first,
        last: first,
        declarator,
        width: null,
      };
      if (this.accept(Word.Colon)) {
        this.slot((value) => {
          node.width = value;
        });
      }
      const suffix = this.attributes(prefix);
      if (suffix.length > 0) declarator.attributes = [...declarator.attributes, ...suffix];
      node.last = this.at - 1;
      declarators.push(node);
    } while (this.accept(Word.Comma));
  }

  #enum(): EnumSpecifier {
    const first = this.at++;
    const attributes = this.attributes([]);
    const tag = this.word === Word.Identifier ? this.takeIdentifier() : null;
    if (tag !== null) this.scopes.tags.set(tag.name, "enum");
    // In a struct, `enum e : 3` is a bit-field.
    let underlying: TypeName | null = null;
    if (this.word === Word.Colon && this.startsTypeName(this.at + 1)) {
      this.at++;
      const specifiers = this.specifiers(SpecifierPlace.TypeName);
      const declarator = this.emptyDeclarator(specifiers.last);
      underlying = {
        kind: "TypeName",
        first: specifiers.first,
        last: specifiers.last,
        specifiers,
        declarator,
      };
    }
    let enumerators: Enumerator[] | null = null;
    let last = this.at - 1;
    if (this.word === Word.OpenBrace) {
      enumerators = [];
      this.#enumerators(enumerators);
      last = this.at - 1;
      this.attributes(attributes);
    } else if (tag === null) {
      this.expected("'{'");
    }
    return { kind: "EnumSpecifier", first, last, tag, underlying, enumerators, attributes };
  }

  #enumerators(enumerators: Enumerator[]): void {
    this.nest();
    this.at++;
    if (this.word === Word.CloseBrace) this.fail(this.tokenSpan(this.at), "empty enum is invalid");
    do {
      const name = this.takeIdentifier();
      const attributes = this.attributes([]);
      const node: Building<Enumerator> = {
        kind: "Enumerator",
        first: name.first,
        last: name.last,
        name,
        attributes,
        value: null,
      };
      if (this.accept(Word.Equal)) {
        this.slot((value) => {
          node.value = value;
        });
      }
      node.last = this.at - 1;
      enumerators.push(node);
      this.scopes.declare(name.name, false);
      if (this.word !== Word.Comma && this.word !== Word.CloseBrace) this.expected("',' or '}'");
    } while (this.accept(Word.Comma) && this.word !== Word.CloseBrace);
    this.at++;
    this.unnest();
  }

  // ---------------------------------------------------------------- static assertions

  /** Its condition goes to the marker that is open. */
  protected staticAssert(): StaticAssert {
    const first = this.at++;
    const node: Building<StaticAssert> = {
      kind: "StaticAssert",
      first,
      last: first,
      condition: PENDING,
      message: null,
    };
    this.nest();
    this.require(Word.OpenParen);
    this.slot((value) => {
      node.condition = value;
    });
    if (this.accept(Word.Comma)) node.message = this.takeString();
    this.require(Word.CloseParen);
    this.unnest();
    this.require(Word.Semicolon);
    node.last = this.at - 1;
    return node;
  }
}

const TWO_TYPES = "two or more data types in declaration specifiers";
const MODIFIERS: readonly number[] = [Word.Long, Word.Short, Word.Signed, Word.Unsigned];

/** Sums of words that can still become a type. */
const COMBINATIONS_PREFIX = new Set<number>();
for (const sum of COMBINATIONS.keys()) {
  // Every sub-multiset of the words of a type.
  const parts: number[] = [0];
  for (const digit of WORD_DIGITS.values()) {
    const count = Math.floor(sum / digit) % 4;
    for (const part of [...parts]) for (let n = 1; n <= count; n++) parts.push(part + n * digit);
  }
  for (const part of parts) COMBINATIONS_PREFIX.add(part);
}

const IMPLICIT_INT: BasicType = {
  kind: "BasicType",
  first: 0,
  last: 0,
  name: "int",
  complex: false,
  implicit: true,
};

/** `__packed__` is `packed`. */
function plainName(name: string): string {
  return name.length > 4 && name.startsWith("__") && name.endsWith("__") ? name.slice(2, -2) : name;
}
