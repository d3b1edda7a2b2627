// Names and what they mean: ordinary identifiers and tags, scope by scope.
//
// Members live in their records, labels in their functions (context.ts); a scope holds the two name spaces that
// nest. Most blocks declare nothing, so maps are made when the first name comes.

import type { FunctionSymbol, ObjectSymbol } from "./tree.js";
import type { CType, EnumType, RecordType } from "./types.js";

export interface TypedefSymbol {
  readonly kind: "typedef";
  readonly name: string;
  readonly type: CType;
  readonly at: number;
}

export interface EnumeratorSymbol {
  readonly kind: "enumerator";
  readonly name: string;
  readonly value: bigint;
  readonly type: CType;
  readonly owner: EnumType;
  readonly at: number;
}

/** A name that was used undeclared or declared wrongly: known from now on, so that it is reported once. */
export interface PoisonSymbol {
  readonly kind: "poison";
  readonly name: string;
  readonly at: number;
}

export type Binding = ObjectSymbol | FunctionSymbol | TypedefSymbol | EnumeratorSymbol | PoisonSymbol;
export type TagType = RecordType | EnumType;
export type ScopeKind = "file" | "prototype" | "function" | "block";

export class Scope {
  #names: Map<string, Binding> | null = null;
  #tags: Map<string, TagType> | null = null;

  constructor(
    /** A prototype's scope becomes the function's when a body follows. */
    public kind: ScopeKind,
    readonly parent: Scope | null,
  ) {}

  /** A copy that belongs to no other scope. */
  fork(): Scope {
    const copy = new Scope(this.kind, this.parent);
    if (this.#names !== null) copy.#names = new Map(this.#names);
    if (this.#tags !== null) copy.#tags = new Map(this.#tags);
    return copy;
  }

  /** What the name means in this scope itself. */
  own(name: string): Binding | null {
    return this.#names?.get(name) ?? null;
  }

  find(name: string): Binding | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.#names?.get(name);
      if (found !== undefined) return found;
    }
    return null;
  }

  declare(name: string, binding: Binding): void {
    this.#names ??= new Map();
    this.#names.set(name, binding);
  }

  ownTag(tag: string): TagType | null {
    return this.#tags?.get(tag) ?? null;
  }

  findTag(tag: string): TagType | null {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      const found = scope.#tags?.get(tag);
      if (found !== undefined) return found;
    }
    return null;
  }

  declareTag(tag: string, type: TagType): void {
    this.#tags ??= new Map();
    this.#tags.set(tag, type);
  }

  /** All names that can be seen from here, inner ones first; for "did you mean". */
  *visible(): Iterable<Binding> {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope.#names !== null) yield* scope.#names.values();
    }
  }

  *visibleTags(): Iterable<TagType> {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope.#tags !== null) yield* scope.#tags.values();
    }
  }
}
