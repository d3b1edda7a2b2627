// What the parts of the checker share while they work through one translation unit: types, scopes, the function
// at hand, and where to report. Everything that changes during a check is here, so that two checks never meet.
//
// The parts know each other only downwards (conversions below operators below expressions below statements). C
// does not: a type may contain an expression (`typeof`, array sizes), an expression a whole block (`({ })`).
// Those few upward calls go through `Upward`, which check.ts fills in.

import type { PragmaNote } from "../cpp/options.js";
import type { TokenList } from "../cpp/token.js";
import type { DiagnosticSink, Note, ReportOptions } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";
import { NO_SPAN } from "../source/span.js";
import type * as ast from "../syntax/ast.js";
import type { Attributes } from "./attributes.js";
import { DecimalPragma } from "./decimal-pragma.js";
import type { Flow } from "./flow.js";
import { PackTable } from "./pack.js";
import type { Binding, TypedefSymbol } from "./scope.js";
import { Scope } from "./scope.js";
import type { Specified } from "./specifiers.js";
import type {
  Expr,
  FunctionSymbol,
  Label,
  Leave,
  LoopStmt,
  ObjectSymbol,
  Place,
  StringLiteral,
  SwitchCase,
  SwitchStmt,
} from "./tree.js";
import { TypeTable } from "./type-table.js";
import type { CType, IntType, Temp } from "./types.js";
import { Usage } from "./wall.js";

/** Result of checking an expression: a value, or a place that may be read, written or pointed at. */
export type Operand = Expr | Place;

/** Where a node of the tree comes from (tree.ts). */
export interface Where {
  readonly at: number;
  readonly first: number;
  readonly last: number;
}

const NO_BOUNDS: readonly Expr[] = [];

export const NOWHERE: Where = { at: -1, first: -1, last: -1 };

/** A change that a message offers: text in front of a token, behind it, or in its place. */
export interface ChangeAt {
  readonly text: string;
  readonly before?: number;
  readonly behind?: number;
  readonly replace?: number;
}

/** An expression as a message draws it: the caret, all of it underlined, and what is said or drawn besides. */
export interface Drawn extends Where {
  readonly label?: string;
  readonly also?: readonly (Where & { readonly label?: string })[];
  readonly changes?: readonly ChangeAt[];
}

/** Where a message stands: at a token, or at an expression. */
export type At = number | Drawn;

/** A note under a message: text and place. */
export interface NoteAt {
  readonly text: string;
  readonly at: At;
}

/** Calls from the lower parts to the upper ones. */
export interface Upward {
  expr(node: ast.Expr): Operand;
  typeName(node: ast.TypeName): CType;
  specify(node: ast.DeclSpecifiers): Specified;
  statementExpr(node: ast.StatementExpr): Expr;
}

/** One scope of automatic objects on the way from a statement out to the function's body. */
export interface LeaveScope {
  readonly parent: LeaveScope | null;
  readonly depth: number;
  /** How many entries of the parent were alive when this scope was entered. */
  readonly aliveInParent: number;
  /** What leaving has to do for the objects declared so far, in order of declaration. */
  readonly entries: Leave[];
  readonly locals: ObjectSymbol[];
  /** The scope of a statement expression: nobody may jump into it. */
  readonly statementExpr: boolean;
}

/** A place in a function as jumps see it: a scope and how many of its entries are alive there. */
export interface JumpPoint {
  readonly scope: LeaveScope;
  readonly alive: number;
}

export interface LabelState {
  readonly label: Label;
  /** Where it is defined; null until then. */
  target: JumpPoint | null;
  /** Token of the first use, or -1. */
  usedAt: number;
  /** __attribute__((unused)). */
  unused: boolean;
}

/** A goto whose label may come later; its list is filled at the end of the function. */
export interface PendingGoto {
  readonly state: LabelState;
  readonly leave: Leave[];
  readonly from: JumpPoint;
  readonly at: number;
}

export interface LoopState {
  readonly kind: "loop";
  readonly parent: LoopState | SwitchState | null;
  readonly stmt: LoopStmt;
  readonly point: JumpPoint;
}

export interface SwitchState {
  readonly kind: "switch";
  readonly parent: LoopState | SwitchState | null;
  readonly stmt: SwitchStmt;
  readonly point: JumpPoint;
  /** The promoted type of the value, to which case values are converted; null after an error. */
  readonly type: IntType | null;
  readonly cases: SwitchCase[];
  /** Case values seen so far, and the tokens of their labels. */
  readonly single: Map<bigint, number>;
  readonly ranges: { readonly low: bigint; readonly high: bigint; readonly at: number }[];
  defaultAt: number;
}

/** The function whose body is being checked. */
export interface FunctionState {
  /** Set once the declarator has been read; sizes of parameters are evaluated before. */
  fn: FunctionSymbol;
  readonly labels: Label[];
  /** Innermost first: `__label__` declarations open maps of their own. */
  labelScopes: Map<string, LabelState>[];
  /** Those of blocks that have ended. */
  readonly closedLabelScopes: Map<string, LabelState>[];
  readonly gotos: PendingGoto[];
  readonly locals: ObjectSymbol[];
  /** Parameters as they are written, and where. */
  parameters: readonly (readonly [ObjectSymbol, At])[];
  /** Its type was left out. */
  implicitInt: boolean;
  readonly typedefs: TypedefSymbol[];
  temps: number;
  /** It declares records of variable size, or passes variable arguments on: see FunctionDefinition. */
  variableRecords: boolean;
  callsSetjmp: boolean;
  leave: LeaveScope;
  breakable: LoopState | SwitchState | null;
  /** Undeclared names already reported. */
  readonly undeclared: Set<string>;
  /** What cannot be run: an error only if the function is needed (inline functions of headers often are not). */
  readonly unsupported: NoteAt[];
}

export interface CheckOptions {
  readonly tokens: TokenList;
  readonly sink: DiagnosticSink;
  /** The pragmas that the preprocessor left alone; `pack` and one of STDC mean something here. */
  readonly pragmas?: readonly PragmaNote[];
  /** -fgnu89-inline: `extern inline` gives no external definition, `inline` does. */
  readonly gnu89Inline?: boolean;
  /** Names of macros, for "did you mean". */
  readonly macroNames?: Iterable<string>;
}

/** Options whose checks need to know what is used. */
const USAGE = [
  "unused-variable",
  "unused-but-set-variable",
  "unused-parameter",
  "unused-but-set-parameter",
  "unused-function",
  "unused-const-variable",
  "unused-label",
  "unused-local-typedefs",
  "return-type",
  "implicit-fallthrough",
];

const NO_NOTES: ReportOptions = {};

function placeOf(at: At): number {
  return typeof at === "number" ? at : at.at;
}

function withFix(options: ReportOptions, fix: string | null): ReportOptions {
  return fix === null ? options : { ...options, fix };
}

export class Context {
  readonly types: TypeTable;
  readonly pack: PackTable;
  readonly decimalPragma: DecimalPragma;
  readonly tokens: TokenList;
  readonly sink: DiagnosticSink;
  readonly fileScope: Scope;
  scope: Scope;
  fn: FunctionState | null = null;
  /** What "first use in this function" means has been said: once is enough. */
  undeclaredNoted = false;
  /** Above 0 inside sizeof, typeof, _Generic controls: nothing there is ever evaluated. */
  unevaluated = 0;
  /** How many assignments, increments and decrements have been checked. */
  writes = 0;
  /** Above 0 inside __builtin_smplab_data_race(). */
  dataRace = 0;
  /** What the walk over each body found (flow.ts), and what cannot be run in it. */
  readonly bodies = new Map<FunctionSymbol, Flow & { readonly unsupported: readonly NoteAt[] }>();
  /** Everything with linkage, whatever scope declared it. */
  readonly linked = new Map<string, ObjectSymbol | FunctionSymbol>();
  /** More is wanted than gcc's defaults: the checks that have no option of their own to ask for are worth their while. */
  readonly asksForMore: boolean;
  /** What is used, where somebody asks. */
  readonly usage: Usage | null;
  /** Locals that were declared `register`: they have no address. */
  readonly registers = new Set<ObjectSymbol>();
  /** Parameters that were declared as arrays. */
  readonly arrayParameters = new Set<ObjectSymbol>();
  /** The types that sizeof was asked for in the expression at hand. */
  readonly sizeofOperands = new WeakMap<ast.Expr, CType>();
  readonly functions: FunctionSymbol[] = [];
  readonly objects: ObjectSymbol[] = [];
  readonly strings: StringLiteral[] = [];
  /** Bounds of variable-length arrays that a type name or declarator just computed; taken by `takeBounds`. */
  bounds: Expr[] = [];
  /** Attributes of functions that only the checker needs (warn_unused_result, error, format ...). */
  readonly functionAttributes = new Map<FunctionSymbol, Readonly<Attributes>>();
  /** Functions with a declaration that asks for an external definition (not `inline` alone). */
  readonly plainDeclarations = new Set<FunctionSymbol>();
  readonly gnuInline = new Set<FunctionSymbol>();
  /** __attribute__((alias)): resolved when the whole unit is known. */
  readonly aliases: {
    readonly symbol: FunctionSymbol | ObjectSymbol;
    readonly name: string;
    readonly at: number;
  }[] = [];
  /** __attribute__((used)): in the program whoever refers to them or not. */
  readonly kept = new Set<ObjectSymbol | FunctionSymbol>();
  /** The literal behind __func__ of each function that uses it. */
  readonly functionNames = new Map<FunctionSymbol, StringLiteral>();
  /** Where the parameters of declared functions stand, for notes. */
  readonly parameterPlaces = new Map<FunctionSymbol, readonly At[]>();
  /** What gcc says once the whole unit has been read: about what the paths through functions are. */
  readonly late: ((cx: Context) => void)[] = [];
  /** Filled in by check.ts. */
  upward!: Upward;
  #nextId = 0;

  /** `behind`: goes on from what that one has come to, with symbols and types in common. */
  constructor(
    readonly options: CheckOptions,
    behind: Context | null = null,
  ) {
    this.tokens = options.tokens;
    this.sink = options.sink;
    this.pack = new PackTable(this, options.pragmas ?? []);
    this.decimalPragma = new DecimalPragma(this.tokens, options.pragmas ?? []);
    this.types = behind?.types ?? new TypeTable();
    this.fileScope = behind?.fileScope.fork() ?? new Scope("file", null);
    this.scope = this.fileScope;
    this.asksForMore = options.sink.asksForMore;
    const asks = USAGE.some((name) => options.sink.wants(name));
    this.usage = asks ? (behind?.usage?.fork() ?? new Usage()) : null;
    if (behind !== null) this.#follow(behind);
  }

  #follow(other: Context): void {
    this.undeclaredNoted = other.undeclaredNoted;
    this.#nextId = other.#nextId;
    for (const name of ["functions", "objects", "strings", "aliases"] as const) {
      (this[name] as unknown[]).push(...other[name]);
    }
    for (const name of ["registers", "plainDeclarations", "gnuInline", "kept"] as const) {
      for (const symbol of other[name]) (this[name] as Set<unknown>).add(symbol);
    }
    for (const name of [
      "bodies",
      "linked",
      "functionAttributes",
      "functionNames",
      "parameterPlaces",
    ] as const) {
      for (const [key, value] of other[name]) (this[name] as Map<unknown, unknown>).set(key, value);
    }
  }

  id(): number {
    return this.#nextId++;
  }

  span(at: number): Span {
    return at < 0 ? NO_SPAN : this.tokens.span(at);
  }

  error(at: At, text: string, ...notes: NoteAt[]): void {
    this.sink.error(this.span(placeOf(at)), text, this.#options(at, notes));
  }

  warning(code: string | null, at: At, text: string, ...notes: NoteAt[]): void {
    this.sink.warning(code, this.span(placeOf(at)), text, this.#options(at, notes));
  }

  /** Is anything to be said of an option of gcc, given by its name without "-W"? */
  wants(name: string): boolean {
    return this.sink.wants(name);
  }

  /** An error whose text offers another spelling for the name at `at`. */
  errorWithFix(at: At, text: string, fix: string | null, ...notes: NoteAt[]): void {
    this.sink.error(this.span(placeOf(at)), text, withFix(this.#options(at, notes), fix));
  }

  warningWithFix(code: string, at: At, text: string, fix: string | null, ...notes: NoteAt[]): void {
    this.sink.warning(code, this.span(placeOf(at)), text, withFix(this.#options(at, notes), fix));
  }

  #options(at: At, notes: readonly NoteAt[]): ReportOptions {
    const token = placeOf(at);
    const all = notes.length === 0 ? NO_NOTES : { notes: notes.map((note) => this.#note(note)) };
    if (typeof at === "number") return { ...all, token };
    return { ...all, token, ...this.#drawn(at) };
  }

  #note({ text, at }: NoteAt): Note {
    const span = this.span(placeOf(at));
    return typeof at === "number" ? { text, span } : { text, span, ...this.#drawn(at) };
  }

  #drawn({ at, first, last, label, also, changes }: Drawn): ReportOptions {
    const range = { first: this.span(first), last: this.span(last) };
    return {
      ...(first === at && last === at ? {} : { range }),
      ...(label === undefined ? {} : { label }),
      ...(changes === undefined
        ? {}
        : { changes: changes.map((one) => ({ ...this.#changed(one), text: one.text })) }),
      ...(also === undefined
        ? {}
        : {
            also: also.map((one) => ({
              ...this.span(one.at),
              range: { first: this.span(one.first), last: this.span(one.last) },
              ...(one.label === undefined ? {} : { label: one.label }),
            })),
          }),
    };
  }

  #changed({ before, behind, replace }: ChangeAt): Span {
    if (before !== undefined) return { ...this.span(before), length: 0 };
    if (replace !== undefined) return this.span(replace);
    const { pos, length, origin } = this.span(behind!);
    return { pos: pos + length, length: 0, origin };
  }

  find(name: string): Binding | null {
    return this.scope.find(name);
  }

  /** Something that is valid but cannot be run: an error, inside a function only if that is ever needed. */
  unsupported(at: number, what: string): void {
    const text = `${what} is not supported`;
    if (this.fn === null) this.error(at, text);
    else if (this.unevaluated === 0) this.fn.unsupported.push({ text, at });
  }

  /** Run `body` in a scope of its own. */
  inScope<T>(kind: Scope["kind"], body: () => T): T {
    const outer = this.scope;
    const locals = this.usage?.beginScope() ?? 0;
    this.scope = new Scope(kind, outer);
    const result = body();
    this.scope = outer;
    this.usage?.endScope(this, locals);
    return result;
  }

  /** Check something whose value is not computed. */
  inUnevaluated<T>(body: () => T): T {
    this.unevaluated++;
    const result = body();
    this.unevaluated--;
    return result;
  }

  takeBounds(): readonly Expr[] {
    if (this.bounds.length === 0) return NO_BOUNDS;
    const taken = this.bounds;
    this.bounds = [];
    return taken;
  }

  newTemp(type: CType): Temp {
    // Outside of functions temps occur only in what is refused or never evaluated.
    return { id: this.fn === null ? 0 : this.fn.temps++, type };
  }
}
