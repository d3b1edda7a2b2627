// Declarations and function definitions, at file scope and in blocks. They are built here, in one go with the
// scopes that tell typedef names from variables; only initialisers and function bodies go to the skeleton, as
// slots of the declaration's marker.

import type {
  Attribute,
  Compound,
  Declaration,
  Declarator,
  DeclSpecifiers,
  FunctionDefinition,
  FunctionPart,
  InitDeclarator,
} from "./ast.js";
import { DeclaratorReader } from "./declarators.js";
import type { Building } from "./expressions.js";
import type { SlotValue } from "./skeleton.js";
import { SpecifierPlace } from "./specifiers.js";
import { WORD_FLAGS, Word, WordFlag } from "./words.js";

const AFTER_DECLARATOR = "'=', ',', ';', 'asm' or '__attribute__'";

/** Until tree-sitter has read it. */
const PENDING_BODY: Compound = { kind: "Compound", first: 0, last: 0, items: [] };

export abstract class DeclarationReader extends DeclaratorReader {
  /** May the token begin a declaration? A name does if it is a type, or if it is unknown and looks like one. */
  protected startsDeclaration(at: number): boolean {
    const word = this.words[at]!;
    if (word !== Word.Identifier) return (WORD_FLAGS[word]! & WordFlag.Declaration) !== 0;
    const name = this.tokens.text[at]!;
    if (this.words[at + 1] === Word.Colon) return false;
    if (this.scopes.isType(name)) return true;
    const next = this.words[at + 1];
    return (next === Word.Identifier || next === Word.Star) && !this.scopes.isDeclared(name);
  }

  /**
   * A declaration or, where `mayDefine`, a function definition. Initialisers and the body become slots of the
   * marker that is open. `attributes` were read before.
   */
  protected declaration(mayDefine: boolean, attributes: Attribute[] = []): Declaration | FunctionDefinition {
    const first = attributes[0]?.first ?? this.at;
    const specifiers = this.specifiers(SpecifierPlace.Declaration, attributes);
    const declarators: InitDeclarator[] = [];
    const node: Building<Declaration> = {
      kind: "Declaration",
      first,
      last: first,
      specifiers,
      declarators,
    };
    if (this.word === Word.Semicolon && specifiers.last >= first) {
      node.last = this.at++;
      return node;
    }
    const { type } = specifiers;
    const hasType = type.kind !== "BasicType" || !type.implicit;
    const hasBody = "members" in type ? type.members : "enumerators" in type && type.enumerators;
    if (hasBody && this.startsTypeName(this.at)) this.expected("';', identifier or '('");
    for (;;) {
      const prefix = declarators.length > 0 ? this.attributes([]) : [];
      const start = this.at;
      const declarator: Building<Declarator> = this.declarator(hasType);
      if (mayDefine && declarators.length === 0 && this.#isDefinition(declarator)) {
        return this.#definition(first, specifiers, declarator);
      }
      declarator.asmLabel = this.asmLabel();
      const prefixLength = prefix.length;
      const suffix = this.attributes(prefix);
      if (suffix.length > 0) declarator.attributes = [...declarator.attributes, ...suffix];
      this.scopes.declare(declarator.name!.name, specifiers.storage === "typedef");
      const init: Building<InitDeclarator> = {
        kind: "InitDeclarator",
        first: start,
        last: start,
        declarator,
        initializer: null,
      };
      declarators.push(init);
      const hasValue = this.accept(Word.Equal);
      if (hasValue) {
        this.initializerSlot((value) => {
          init.initializer = value;
        });
        // gcc allows attributes here, and so do some headers.
        const late = this.attributes([]);
        if (late.length > 0) declarator.attributes = [...declarator.attributes, ...late];
      }
      init.last = this.at - 1;
      if (this.accept(Word.Semicolon)) break;
      if (this.word === Word.Comma) {
        this.at++;
        continue;
      }
      if (this.word === Word.OpenBrace && suffix.length > 0 && declarator.parts[0]?.kind === "FunctionPart") {
        this.fail(
          this.tokenSpan(first),
          "attributes should be specified before the declarator in a function definition",
        );
      }
      if (hasValue || declarator.asmLabel !== null || suffix.length > prefixLength)
        this.expected("',' or ';'");
      if (this.startsDeclaration(this.at)) this.missing("';'");
      this.expected(AFTER_DECLARATOR);
    }
    node.last = this.at - 1;
    return node;
  }

  // ---------------------------------------------------------------- function definitions

  /** A function declarator, and what follows is a body or the declarations of K&R parameters. */
  #isDefinition(declarator: Declarator): boolean {
    const part = declarator.parts[0];
    if (part?.kind !== "FunctionPart") return false;
    switch (this.word) {
      case Word.OpenBrace:
        return true;
      case Word.Equal:
      case Word.Comma:
      case Word.Semicolon:
      case Word.Asm:
      case Word.Attribute:
        return false;
      default:
        return true;
    }
  }

  #definition(first: number, specifiers: DeclSpecifiers, declarator: Declarator): FunctionDefinition {
    const part = declarator.parts[0] as FunctionPart;
    this.scopes.declare(declarator.name!.name, false);
    this.scopes.enter();
    for (const parameter of part.parameters) {
      const { name } = parameter.declarator;
      if (name !== null) this.scopes.declare(name.name, false);
    }
    for (const name of part.identifiers) this.scopes.declare(name.name, false);
    const oldStyle: Declaration[] = [];
    while (this.word !== Word.OpenBrace) {
      if (this.word === Word.End) this.expected("'{'");
      if (!this.startsDeclaration(this.at)) this.expected("declaration specifiers");
      oldStyle.push(this.declaration(false) as Declaration);
    }
    const node: Building<FunctionDefinition> = {
      kind: "FunctionDefinition",
      first,
      last: first,
      specifiers,
      declarator,
      oldStyle,
      body: PENDING_BODY,
    };
    this.functionDepth++;
    this.openSlot((value: SlotValue) => {
      node.body = value as Compound;
    });
    this.block();
    this.functionDepth--;
    this.scopes.leave();
    node.last = this.at - 1;
    return node;
  }
}
