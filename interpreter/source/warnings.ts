// Which warnings are wanted: -Wall, -Wextra, -Wx, -Wno-x, -Wx=n, -Werror, -Werror=x, -Wno-error=x, -w, and
// `#pragma GCC diagnostic` for parts of a file, with gcc's meaning.
//
// The rule that surprises: what is said of one option by its name beats what a group says of it, in whatever order they
// come (`-Wno-parentheses -Wall` leaves -Wparentheses off). So settings are kept as they were given, and a question
// for an option looks for its own setting first and for those of its groups only then.

/** An option's groups, each with the level that the group means by it; `true`: on without being asked for. */
interface Known {
  readonly by: readonly string[];
  readonly on?: true;
  /** The level that the groups mean, for options that have levels. */
  readonly level?: number;
  /** Not printed as its name in brackets, but with "=" behind it. */
  readonly leveled?: true;
}

function on(...names: string[]): [string, Known][] {
  return names.map((name) => [name, { by: [], on: true }]);
}

function by(group: string, ...names: string[]): [string, Known][] {
  return names.map((name) => [name, { by: [group] }]);
}

/** The options of gcc that this checker has something to say for, by name without "-W". */
const OPTIONS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ...on(
    "attribute-warning",
    "attributes",
    "builtin-declaration-mismatch",
    "builtin-macro-redefined",
    "cpp",
    "deprecated",
    "deprecated-declarations",
    "discarded-array-qualifiers",
    "discarded-qualifiers",
    "div-by-zero",
    "endif-labels",
    "implicit-function-declaration",
    "implicit-int",
    "incompatible-pointer-types",
    "int-conversion",
    "int-to-pointer-cast",
    "multichar",
    "override-init-side-effects",
    "overflow",
    "pointer-compare",
    "pointer-to-int-cast",
    "pragmas",
    "return-local-addr",
    "shift-count-negative",
    "shift-count-overflow",
    "sizeof-array-argument",
    "switch-outside-range",
    "switch-unreachable",
    "unused-result",
  ),
  ...by(
    "all",
    "address",
    "array-compare",
    "bool-compare",
    "bool-operation",
    "char-subscripts",
    "duplicate-decl-specifier",
    "enum-compare",
    "frame-address",
    "int-in-bool-context",
    "logical-not-parentheses",
    "main",
    "memset-elt-size",
    "memset-transposed-args",
    "misleading-indentation",
    "missing-braces",
    "multistatement-macros",
    "parentheses",
    "pointer-sign",
    "return-type",
    "sequence-point",
    "sizeof-array-div",
    "sizeof-pointer-div",
    "sizeof-pointer-memaccess",
    "switch",
    "tautological-compare",
  ),
  ["dangling-else", { by: ["parentheses"] }],
  ["format", { by: ["all"], level: 1, leveled: true }],
  ...by("format", "format-contains-nul", "format-extra-args", "format-zero-length"),
  ["nonnull", { by: ["format"] }],
  ["unused", { by: ["all"] }],
  ...by(
    "unused",
    "unused-but-set-variable",
    "unused-function",
    "unused-label",
    "unused-local-typedefs",
    "unused-value",
    "unused-variable",
  ),
  ["unused-const-variable", { by: ["unused-variable"], level: 1, leveled: true }],
  ["uninitialized", { by: ["all", "extra"] }],
  // Both groups are needed for these (see isOnByGroups).
  ["unused-parameter", { by: ["unused&extra"] }],
  ["unused-but-set-parameter", { by: ["unused&extra"] }],
  ...by(
    "extra",
    "absolute-value",
    "cast-function-type",
    "empty-body",
    "enum-conversion",
    "ignored-qualifiers",
    "missing-field-initializers",
    "old-style-declaration",
    "override-init",
    "sign-compare",
    "type-limits",
  ),
  ["implicit-fallthrough", { by: ["extra"], level: 3, leveled: true }],
  // Only by name.
  ...["declaration-after-statement", "undef", "vla"].map((name): [string, Known] => [name, { by: [] }]),
]);

const GROUPS: ReadonlySet<string> = new Set(["all", "extra", "unused", "format", "parentheses"]);

/** Options of gcc for C that are accepted, though nothing is looked for. */
const OTHERS: ReadonlySet<string> = new Set(
  `array-bounds array-parameter comment comments nonnull-compare vla-parameter switch-bool shift-negative-value
  string-compare missing-parameter-type varargs pointer-arith switch-default switch-enum abi aggregate-return aggressive-loop-optimizations alloc-size-larger-than alloc-zero alloca alloca-larger-than
  arith-conversion attribute-alias bad-function-cast bidi-chars c++-compat c11-c2x-compat c90-c99-compat
  c99-c11-compat cannot-profile cast-align cast-qual clobbered conversion coverage-mismatch dangling-pointer date-time
  designated-init disabled-optimization double-promotion duplicated-branches duplicated-cond expansion-to-defined
  float-conversion float-equal format-diag format-nonliteral format-overflow format-security format-signedness
  format-truncation format-y2k frame-larger-than free-nonheap-object hsa if-not-aligned ignored-attributes implicit
  infinite-recursion init-self inline invalid-memory-model invalid-pch jump-misses-init larger-than logical-op long-long
  maybe-uninitialized mismatched-dealloc missing-attributes missing-declarations missing-format-attribute
  missing-include-dirs missing-noreturn missing-profile missing-prototypes nested-externs normalized null-dereference
  odr old-style-definition openmp-simd overlength-strings packed packed-bitfield-compat packed-not-aligned padded
  pedantic prio-ctor-dtor redundant-decls restrict scalar-storage-order shadow shift-overflow
  sign-conversion stack-protector stack-usage strict-aliasing strict-overflow strict-prototypes stringop-overflow
  stringop-overread stringop-truncation suggest-attribute suggest-final-methods suggest-final-types sync-nand
  system-headers traditional traditional-conversion trampolines trigraphs trivial-auto-var-init tsan unknown-pragmas
  unsafe-loop-optimizations unsuffixed-float-constants unused-macros use-after-free variadic-macros
  vector-operation-performance vla-larger-than volatile-register-var write-strings zero-length-bounds address-of-packed-member`.split(
    /\s+/,
  ),
);

export type WarningLevel = "off" | "warning" | "error";

/** A part of `#pragma GCC diagnostic`, effective from token `from` on. */
interface PragmaEvent {
  readonly from: number;
  readonly settings: ReadonlyMap<string, WarningLevel>;
}

export class Warnings {
  /** What was said of an option by name: its level, 0 for off. */
  readonly #named = new Map<string, number>();
  readonly #errors = new Map<string, boolean>();
  #allErrors = false;
  #quiet = false;
  /** Options that nobody knows, and options of gcc that nothing is looked for. */
  readonly unknown: string[] = [];
  readonly idle: string[] = [];
  readonly #levels = new Map<string, number>();

  /** Options as they stand on a command line: "-Wall", "-Wno-parentheses", "-w". */
  constructor(options: readonly string[]) {
    for (const option of options) this.#read(option);
  }

  #read(option: string): void {
    if (option === "-w") {
      this.#quiet = true;
      return;
    }
    const said = /^-W(no-)?(error=?)?([\w+-]*)(?:=(\d+))?$/.exec(option);
    if (said === null) {
      this.unknown.push(option);
      return;
    }
    const [, no, error, rest, level] = said;
    const name = NAMES[rest!] ?? rest!;
    const isOn = no === undefined;
    if (error === "error" && rest === "") {
      this.#allErrors = isOn;
      return;
    }
    if (error === "error") this.unknown.push(option);
    else if (!OPTIONS.has(name) && !GROUPS.has(name)) {
      if (OTHERS.has(name)) this.idle.push(option);
      else if (isOn) this.unknown.push(option);
    } else if (error === "error=") {
      this.#errors.set(name, isOn);
      if (isOn) this.#named.set(name, Number(level ?? OPTIONS.get(name)?.level ?? 1));
    } else {
      this.#named.set(name, isOn ? Number(level ?? OPTIONS.get(name)?.level ?? 1) : 0);
    }
  }

  /** Is more wanted than what is on without being asked for? */
  get asksForMore(): boolean {
    return !this.#quiet && this.#named.size > 0;
  }

  get isQuiet(): boolean {
    return this.#quiet;
  }

  /** How much is asked of an option: 0 for nothing. `name` without "-W". */
  level(name: string): number {
    let level = this.#levels.get(name);
    if (level === undefined) {
      level = this.#quiet ? 0 : this.#levelOf(name);
      this.#levels.set(name, level);
    }
    return level;
  }

  #levelOf(name: string): number {
    const said = this.#named.get(name);
    if (said !== undefined) return said;
    const known = OPTIONS.get(name);
    if (known === undefined) return 0;
    if (known.on === true) return 1;
    return known.by.some((group) => this.#isOnByGroups(group)) ? (known.level ?? 1) : 0;
  }

  #isOnByGroups(group: string): boolean {
    return group.split("&").every((one) => this.#levelOf(one) > 0);
  }

  /** What becomes of a warning of an option as messages name it ("-Wformat="); null: of no option. */
  severity(code: string | null): WarningLevel {
    if (this.#quiet) return "off";
    if (code === null) return this.#allErrors ? "error" : "warning";
    const name = nameOf(code);
    if (this.level(name) === 0) return "off";
    return (this.#errors.get(name) ?? this.#errorByGroup(name)) ? "error" : "warning";
  }

  #errorByGroup(name: string): boolean {
    for (const group of OPTIONS.get(name)?.by ?? []) {
      for (const one of group.split("&")) {
        const said = this.#errors.get(one);
        if (said !== undefined) return said;
      }
    }
    return this.#allErrors;
  }
}

const NAMES: Readonly<Record<string, string>> = { "": "extra", comments: "comment" };

/** "-Wformat=" is said of the option "format". */
export function nameOf(code: string): string {
  return code.slice(2).replace(/=$/, "");
}

/** "-Wformat=" as an error is "-Werror=format=". */
export function errorCode(code: string | null): string {
  return code === null ? "-Werror" : `-Werror=${code.slice(2)}`;
}

/** Parts of a file in which warnings are treated otherwise: `#pragma GCC diagnostic`. */
export class WarningPragmas {
  readonly #events: PragmaEvent[] = [];
  readonly #stack: ReadonlyMap<string, WarningLevel>[] = [];
  /** Options that some pragma switches on. */
  readonly wanted = new Set<string>();

  fork(): WarningPragmas {
    const copy = new WarningPragmas();
    copy.#events.push(...this.#events);
    copy.#stack.push(...this.#stack);
    for (const name of this.wanted) copy.wanted.add(name);
    return copy;
  }

  /** The words behind `#pragma GCC diagnostic`, as the pragma spells them; false if they make no sense. */
  add(from: number, text: string): boolean {
    const said = /^(\w+)(?: *"-W([\w+=-]+)")?$/.exec(text.trim());
    if (said === null) return false;
    const [, word, option] = said;
    const last = this.#events.at(-1)?.settings ?? new Map<string, WarningLevel>();
    if (word === "push") this.#stack.push(last);
    else if (word === "pop") this.#events.push({ from, settings: this.#stack.pop() ?? new Map() });
    else if (option === undefined) return false;
    else {
      const level = PRAGMA_LEVELS[word!];
      if (level === undefined) return false;
      // A group stands for itself only here.
      const name = option.replace(/=\d*$/, "");
      const settings = new Map(last).set(name, level);
      if (level !== "off") this.wanted.add(name);
      this.#events.push({ from, settings });
    }
    return true;
  }

  /** What is said of an option at token `at`; null: nothing. */
  at(at: number, code: string | null): WarningLevel | null {
    if (code === null) return null;
    for (let i = this.#events.length - 1; i >= 0; i--) {
      const { from, settings } = this.#events[i]!;
      if (from <= at) return settings.get(nameOf(code)) ?? null;
    }
    return null;
  }
}

const PRAGMA_LEVELS: Readonly<Record<string, WarningLevel>> = {
  ignored: "off",
  warning: "warning",
  error: "error",
};
