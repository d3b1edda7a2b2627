// Which names are types here? C cannot be parsed without knowing, so the reader of declarations keeps scopes:
// for every visible name whether it is a typedef name or something else (a variable, function, enumerator or
// parameter, which hides a typedef name of an outer scope). Members, tags and labels have name spaces of their
// own and do not enter.
//
// One map holds what each name means now; entering a name pushes what it meant before onto an undo log, and
// leaving a scope plays the log back to where the scope began.

const ORDINARY = 1;
const TYPE = 2;

export class Scopes {
  readonly #meaning = new Map<string, number>();
  readonly #undoName: string[] = [];
  readonly #undoMeaning: (number | undefined)[] = [];
  readonly #starts: number[] = [];
  /** Tags, without scopes: only to word a message ("use 'struct' keyword to refer to the type"). */
  readonly tags = new Map<string, string>();

  /** A copy of the file scope. */
  fork(): Scopes {
    const copy = new Scopes();
    for (const [name, meaning] of this.#meaning) copy.#meaning.set(name, meaning);
    for (const [tag, kind] of this.tags) copy.tags.set(tag, kind);
    return copy;
  }

  /** Number of open scopes inside the file scope. */
  get depth(): number {
    return this.#starts.length;
  }

  enter(): void {
    this.#starts.push(this.#undoName.length);
  }

  leave(): void {
    const start = this.#starts.pop()!;
    for (let i = this.#undoName.length - 1; i >= start; i--) {
      const meaning = this.#undoMeaning[i];
      if (meaning === undefined) this.#meaning.delete(this.#undoName[i]!);
      else this.#meaning.set(this.#undoName[i]!, meaning);
    }
    this.#undoName.length = start;
    this.#undoMeaning.length = start;
  }

  leaveTo(depth: number): void {
    while (this.depth > depth) this.leave();
  }

  declare(name: string, isType: boolean): void {
    const meaning = isType ? TYPE : ORDINARY;
    const before = this.#meaning.get(name);
    if (before === meaning) return;
    if (this.#starts.length > 0) {
      this.#undoName.push(name);
      this.#undoMeaning.push(before);
    }
    this.#meaning.set(name, meaning);
  }

  isType(name: string): boolean {
    return this.#meaning.get(name) === TYPE;
  }

  /** The compiler's own functions are declared everywhere. */
  isDeclared(name: string): boolean {
    return this.#meaning.has(name) || /^__(builtin|sync|atomic)_/.test(name);
  }

  /** All visible typedef names, for suggestions. */
  *typeNames(): Generator<string> {
    for (const [name, meaning] of this.#meaning) if (meaning === TYPE) yield name;
  }
}
