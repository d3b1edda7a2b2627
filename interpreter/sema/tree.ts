// The checked tree: what the checker makes of the syntax tree and lowering reads. Nothing is left to guess:
//
// - Every expression has its type; a value's type has no qualifiers. All implicit conversions are `cast` nodes.
// - What can be assigned or pointed at is a Place, not an Expr; reading one is a `load` node, taking its address
//   (also where an array turns into a pointer by itself) an `address` node.
// - Each access says by its `access` bits whether the C made it volatile, atomic, or a tolerated data race.
// - Names are gone: a node points at its object, function, label, loop or field.
// - Whatever can be computed by the compiler has been: sizeof, offsetof, enumerators, constant folding of
//   integer constant expressions, static initialisers as bytes and relocations.
//
// A node's place in the source is `at`: the index of the token where a message about it puts the caret (gcc's
// choice: the operator of a binary expression, the name of a called function, the dot or arrow of a member), or -1
// for what nobody wrote. Expressions and places also know their first and last token.
//
// Order of evaluation is strictly from left to right: operands, arguments, and the place of an assignment before
// its value. C leaves that order open; one fixed order makes a run repeatable.
//
// Nodes are plain objects that point at each other (a `goto` at its label), so the tree is a graph. Nobody
// changes it once `check` has returned.

import type { TokenList } from "../cpp/token.js";
import type { TypeTable } from "./type-table.js";
import type { BitField, CType, DecimalType, Field, FunctionType, Temp } from "./types.js";

/** How the C made an access. */
export const Access = {
  Plain: 0,
  /** Through a volatile type: READ_ONCE, WRITE_ONCE. */
  Volatile: 1,
  /** Through an _Atomic type: an update is one indivisible step. */
  Atomic: 2,
  /** Inside __builtin_smplab_data_race(): plain, but never to be reported. */
  DataRace: 4,
} as const;

// ---------------------------------------------------------------------------------------------------- symbols

export type Linkage = "external" | "internal" | "none";

/** A variable: global, static local, compound literal of file scope, parameter or automatic local. */
export interface ObjectSymbol {
  readonly kind: "object";
  /** Unique in the unit. */
  readonly id: number;
  /** As written; "" for a compound literal or another temporary. */
  readonly name: string;
  /** May be completed by later declarations (`int a[]; int a[3];`), final when `check` returns. */
  type: CType;
  readonly at: number;
  /** "static": lives as long as the run. "auto": lives in a frame. */
  readonly storage: "static" | "auto";
  linkage: Linkage;
  /** Alignment in bytes: the type's own, or more by attribute. */
  align: number;

  // Static objects.
  /** False for an `extern` declaration whose definition is in no unit seen so far. */
  defined: boolean;
  /** A reference is left in code or data that is emitted. */
  used: boolean;
  /** Initial contents; null for all zero (also tentative definitions). */
  init: StaticInit | null;
  /** An initialiser was written. */
  initialized: boolean;
  /** A static local: the function it belongs to. */
  owner: FunctionSymbol | null;
  /** One copy for each CPU (its section's name begins with ".data..percpu" or ".data.percpu"). */
  percpu: boolean;
  /** __thread, _Thread_local. */
  threadLocal: boolean;
  section: string | null;
  weak: boolean;
  /** The name given by `asm("name")`, or null. */
  asmName: string | null;
  /** Another name of an object of this unit, or null. */
  alias: ObjectSymbol | null;

  // Automatic objects.
  parameter: boolean;
  /** Must lie in memory: its address is computed somewhere, or it is an aggregate or variable-length array. */
  addressTaken: boolean;
  /** Its address can come to rest where others may use it (stored, passed, returned); else only direct accesses. */
  escapes: boolean;
  /** Number of bytes of a variable-length array, evaluated at its declaration; null otherwise. */
  vlaSize: Expr | null;
  /** The call `fn(&object)` that __attribute__((cleanup(fn))) asks for at the end of its scope, or null. */
  cleanup: Expr | null;
}

export interface FunctionSymbol {
  readonly kind: "function";
  readonly id: number;
  readonly name: string;
  type: FunctionType;
  readonly at: number;
  linkage: Linkage;
  /** The body, or null when there is none in this unit. */
  definition: FunctionDefinition | null;
  inline: boolean;
  /** An inline definition that gives no external one (C99 inline without extern, or gnu_inline extern inline). */
  inlineOnly: boolean;
  noreturn: boolean;
  alwaysInline: boolean;
  noinline: boolean;
  /** Nothing tells of its calls, whatever -finstrument-functions says. */
  noInstrument: boolean;
  /** __attribute__((constructor)): runs before main(), lower priorities first; null: it does not. */
  startPriority: number | null;
  /** __attribute__((destructor)): runs when the program has ended, higher priorities first. */
  endPriority: number | null;
  /** Its body passes its variable arguments on: whoever calls it says how many there are, and their size. */
  passesArguments: boolean;
  weak: boolean;
  /** Alias of another function of this unit, or null. */
  alias: FunctionSymbol | null;
  section: string | null;
  asmName: string | null;
  /** Reachable from what other units can call or see; functions that are not need no code. */
  used: boolean;
  /** Never declared: came into being by a call. */
  implicit: boolean;
  /** A builtin that no library has: it can be called by its name, or named in vain. */
  readonly onlyCalled: boolean;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly at: number;
  /** `&&label` occurs. */
  addressTaken: boolean;
}

/** The bytes of a string literal, its terminating null included, in units of the element's size. */
export interface StringLiteral {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Array of char, wchar_t (int), char16_t or char32_t. */
  readonly type: CType;
  readonly at: number;
}

// ----------------------------------------------------------------------------------------------- static data

/** An 8-byte little-endian word of a static initialiser that holds an address plus `addend`. */
export interface Relocation {
  readonly offset: number;
  readonly base: AddressConstant;
  readonly addend: bigint;
}

export type AddressConstant =
  | { readonly kind: "object"; readonly object: ObjectSymbol }
  | { readonly kind: "function"; readonly fn: FunctionSymbol }
  | { readonly kind: "string"; readonly literal: StringLiteral }
  | { readonly kind: "label"; readonly label: Label; readonly owner: FunctionSymbol };

export interface StaticInit {
  /** Contents from offset 0; shorter than the object where the rest is zero. May exceed sizeof for a flexible array. */
  readonly bytes: Uint8Array;
  readonly relocations: readonly Relocation[];
  /** `&&a - &&b` stored as a number of 2, 4 or 8 bytes: resolved by whoever numbers the labels. */
  readonly labelDifferences: readonly {
    offset: number;
    size: number;
    plus: Label;
    minus: Label;
    addend: bigint;
  }[];
  /** Size of the object if a flexible array member was given elements, else its type's size. */
  readonly size: number;
}

/** One scalar, record or run of bytes that an automatic initialiser stores, in the order of evaluation. */
export interface InitEntry {
  /** Bytes from the start of the object. */
  readonly offset: number;
  /** Type of the member that is stored into. */
  readonly type: CType;
  readonly bits: BitField | null;
  /** The value, of the member's type; or bytes (a string literal for a char array, without the zeros that follow). */
  readonly value: Expr | Uint8Array;
  /** `[a ... b] = v`: the value is evaluated once and stored `count` times, `stride` bytes apart. 1 and 0 otherwise. */
  readonly count: number;
  readonly stride: number;
  /** How a message calls the subobject ("a[2].x"); null where the object itself is meant. */
  readonly path: string | null;
}

/** The initialiser of an automatic object or compound literal. */
export interface AutoInit {
  /** Bytes that no entry stores into exist and must be zero first. */
  readonly zero: boolean;
  readonly entries: readonly InitEntry[];
}

// ----------------------------------------------------------------------------------------------------- places

interface Node {
  readonly at: number;
  readonly first: number;
  readonly last: number;
  /** Of a Place: with qualifiers, as its accesses need them. Of an Expr: without qualifiers (`CType.plain`-like). */
  readonly type: CType;
}

export interface ObjectPlace extends Node {
  readonly kind: "object";
  readonly object: ObjectSymbol;
}

/** What a pointer points at. */
export interface DerefPlace extends Node {
  readonly kind: "deref";
  readonly pointer: Expr;
}

/** A member; `offset` is from the start of `base` and includes anonymous members on the way. */
export interface MemberPlace extends Node {
  readonly kind: "member";
  readonly base: Place;
  readonly field: Field;
  readonly offset: number;
  /** Bit-field: parts are relative to the record that declares the field, which begins at `bitBase` in `base`. */
  readonly bits: BitField | null;
  readonly bitBase: number;
}

export interface StringPlace extends Node {
  readonly kind: "string";
  readonly literal: StringLiteral;
}

/** A compound literal in a function: initialises its hidden local, which then is the place. */
export interface CompoundPlace extends Node {
  readonly kind: "compound";
  readonly object: ObjectSymbol;
  readonly init: AutoInit;
}

/** A record value that has to be somewhere so that a member of it can be read: `f().x`. */
export interface TemporaryPlace extends Node {
  readonly kind: "temporary";
  readonly value: Expr;
}

export type Place = ObjectPlace | DerefPlace | MemberPlace | StringPlace | CompoundPlace | TemporaryPlace;

// ------------------------------------------------------------------------------------------------ expressions

/** Value within the range of its type: negative only for signed types. Also null pointers and fixed addresses. */
export interface IntExpr extends Node {
  readonly kind: "int";
  readonly value: bigint;
  /** An integer constant expression to the letter; false where only folding made it constant (`1 ? 2 : x`). */
  readonly strict: boolean;
}

/** The value is already rounded to its type's precision. */
export interface FloatExpr extends Node {
  readonly kind: "float";
  readonly value: number;
}

/** A decimal constant, as its type encodes it. */
export interface DecimalExpr extends Node {
  readonly type: DecimalType;
  readonly kind: "decimal";
  readonly bits: bigint;
  /** What it was computed by, where a conversion may still have to know (convert.ts); null otherwise. */
  readonly operation: BinaryExpr | CastExpr | null;
}

/** The address of a function; type is pointer to function. */
export interface FunctionExpr extends Node {
  readonly kind: "function";
  readonly fn: FunctionSymbol;
}

/** `&&label`; type is `void *`. */
export interface LabelExpr extends Node {
  readonly kind: "label";
  readonly label: Label;
}

/** Read a place. Bit-fields come out as their declared type. */
export interface LoadExpr extends Node {
  readonly kind: "load";
  readonly place: Place;
  readonly access: number;
}

/** The address of a place; `decay` where an array became a pointer to its first element. */
export interface AddressExpr extends Node {
  readonly kind: "address";
  readonly place: Place;
  readonly decay: boolean;
}

export interface UnaryExpr extends Node {
  readonly kind: "unary";
  /** Arithmetic negation, bitwise complement: operand has the node's type. `not` (`!`): any scalar, result int. */
  readonly op: "neg" | "com" | "not";
  readonly operand: Expr;
}

export type ArithmeticOp = "add" | "sub" | "mul" | "div" | "rem" | "and" | "or" | "xor" | "shl" | "shr";
export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/** Both operands have the node's type; the right operand of a shift has its own promoted integer type. */
export interface BinaryExpr extends Node {
  readonly kind: "binary";
  readonly op: ArithmeticOp;
  readonly left: Expr;
  readonly right: Expr;
}

/** Operands have one and the same arithmetic or pointer type (pointers: unsigned); result int. */
export interface CompareExpr extends Node {
  readonly kind: "compare";
  readonly op: CompareOp;
  readonly left: Expr;
  readonly right: Expr;
}

/** `&&` and `||`: scalar operands of their own types, result int. */
export interface LogicalExpr extends Node {
  readonly kind: "logical";
  readonly op: "and" | "or";
  readonly left: Expr;
  readonly right: Expr;
}

/** Both arms have the node's type (void included). `a ?: b` has been rewritten with a temp. */
export interface ConditionalExpr extends Node {
  readonly kind: "conditional";
  readonly test: Expr;
  readonly consequent: Expr;
  readonly alternate: Expr;
}

export interface CommaExpr extends Node {
  readonly kind: "comma";
  readonly left: Expr;
  readonly right: Expr;
}

/**
 * What a conversion does:
 * int        integer or pointer of one size and sign to another (wraps; source and target types tell how)
 * bool       any scalar to _Bool: value != 0
 * int-float, float-int, float  between the kinds, or between precisions
 * bits       same representation (pointer to pointer, pointer to 64-bit integer and back)
 * narrow     cut to the type's `bits` and extend by its sign: arithmetic on a bit-field that is wider than int
 * void       value dropped
 */
export type Conversion =
  | "int"
  | "bool"
  | "int-float"
  | "float-int"
  | "float"
  /** To or from a decimal type, or both. */
  | "decimal"
  | "bits"
  | "narrow"
  | "void";

export interface CastExpr extends Node {
  readonly kind: "cast";
  readonly conversion: Conversion;
  readonly operand: Expr;
  readonly implicit: boolean;
}

/** What the index of an array must be below. */
export interface Bound {
  readonly count: number;
  readonly array: CType;
  /** The array is a whole object, and its element is read or written: its surroundings are watched as well. */
  readonly watched: boolean;
}

/** pointer + index * size, or minus. `index` has type long or unsigned long; `size` in bytes, an Expr for VLAs. */
export interface PointerAddExpr extends Node {
  readonly kind: "ptradd";
  readonly pointer: Expr;
  readonly index: Expr;
  readonly size: number | Expr;
  readonly subtract: boolean;
  /** A subscript of a declared array: what the index must be below. */
  readonly bound: Bound | null;
}

/** (left - right) / size, type long. */
export interface PointerDiffExpr extends Node {
  readonly kind: "ptrdiff";
  readonly left: Expr;
  readonly right: Expr;
  readonly size: number | Expr;
}

/** place = value. The value has the unqualified type of the place; so has the result (a bit-field's is cut to its width). */
export interface AssignExpr extends Node {
  readonly kind: "assign";
  readonly place: Place;
  readonly value: Expr;
  readonly access: number;
}

/**
 * `place op= value`, `++`, `--`: the place is evaluated once. The value loaded is converted to `compute`, the
 * operation is done there, and the result is converted back to the place's type and stored. For pointers
 * (`ptradd`) `value` is the signed or unsigned long index, `size` the element's size.
 */
export interface UpdateExpr extends Node {
  readonly kind: "update";
  readonly op: ArithmeticOp | "ptradd" | "ptrsub";
  readonly place: Place;
  readonly value: Expr;
  readonly compute: CType;
  readonly size: number | Expr;
  /** Which value the expression has: the one before (postfix) or the one stored. */
  readonly result: "old" | "new";
  readonly access: number;
}

/**
 * A call. `fn` is set for a direct one, `pointer` otherwise. `args` are already converted: the first
 * `signature.params.length` to the parameters' types, further ones promoted.
 */
export interface CallExpr extends Node {
  readonly kind: "call";
  readonly fn: FunctionSymbol | null;
  readonly pointer: Expr | null;
  readonly signature: FunctionType;
  readonly args: readonly Expr[];
  /** __builtin_va_arg_pack(): behind the arguments come the variable ones of the function around. */
  readonly pack: boolean;
}

/** `({ ... })`: `value` is evaluated behind the block's statements but inside its scope. */
export interface StatementExpr extends Node {
  readonly kind: "statements";
  readonly block: BlockStmt;
  readonly value: Expr | null;
}

/** Reads a temp that a `set-temp` evaluated before. */
export interface TempExpr extends Node {
  readonly kind: "temp";
  readonly temp: Temp;
}

/** Evaluates and remembers; the value is that of the temp. */
export interface SetTempExpr extends Node {
  readonly kind: "set-temp";
  readonly temp: Temp;
  readonly value: Expr;
}

/** Dedicated operations of the compiler. Operands in `args`, already converted as the comment says. */
export type BuiltinOp =
  /** Operand unsigned int or unsigned long (long long); result int. clz and ctz of 0 are undefined. */
  | "clz"
  | "ctz"
  | "popcount"
  | "ffs"
  | "parity"
  | "clrsb"
  /** Operand and result unsigned of 2, 4 or 8 bytes. */
  | "bswap"
  | "unreachable"
  | "trap"
  /** (void *, const void *, unsigned long): result is the first operand. */
  | "memcpy"
  | "memmove"
  /** (void *, int, unsigned long). */
  | "memset"
  /** (unsigned long size[, constant alignment]): result void *. */
  | "alloca"
  /** Pointer to struct __va_list_tag, one operand; see VaArgExpr for va_arg. */
  | "va-start"
  | "va-end"
  /** How many variable arguments the function was called with; result int. */
  | "va-count"
  /** Two such pointers: destination, source. */
  | "va-copy"
  /** Full fence; operand: memory order as an int constant. */
  | "fence"
  /** asm volatile("" ::: "memory") and __atomic_signal_fence: orders nothing at run time. */
  | "compiler-barrier"
  /** An address inside the function's frame. */
  | "frame-address"
  /** (void *buffer): result int. */
  | "setjmp"
  /** (void *buffer, int value). */
  | "longjmp"
  /** Operands and result of one floating type. */
  | "fabs"
  | "copysign"
  /** One floating operand; result int, not 0 if the sign bit is set. */
  | "signbit";

export interface BuiltinExpr extends Node {
  readonly kind: "builtin";
  readonly op: BuiltinOp;
  readonly args: readonly Expr[];
}

/**
 * __builtin_{add,sub,mul}_overflow and the typed and _p forms: computed with unlimited precision from the operands' own
 * types, wrapped to `wrap`, and compared. `target` points at where the wrapped result goes, or is null (_p forms).
 * Result: _Bool.
 */
export interface OverflowExpr extends Node {
  readonly kind: "overflow";
  readonly op: "add" | "sub" | "mul";
  readonly left: Expr;
  readonly right: Expr;
  readonly target: Expr | null;
  readonly wrap: CType;
  readonly access: number;
}

export type AtomicOp = "load" | "store" | "exchange" | "add" | "sub" | "and" | "or" | "xor" | "nand";

/** __atomic_* and __sync_* on an object of 1, 2, 4 or 8 bytes; one indivisible step. */
export interface AtomicExpr extends Node {
  readonly kind: "atomic";
  readonly op: AtomicOp;
  /** Address, and the type of the object there. */
  readonly pointer: Expr;
  readonly object: CType;
  /** Operand in the object's type; null for a load. */
  readonly value: Expr | null;
  /** For the arithmetic ones: the value before or behind. Void type: the value is not used. */
  readonly result: "old" | "new";
  /** __ATOMIC_* order: 0 relaxed, 1 consume, 2 acquire, 3 release, 4 acq_rel, 5 seq_cst. */
  readonly order: number;
}

/**
 * Compare and exchange. `form`:
 * "value"     __sync_val_compare_and_swap: result is the old value
 * "bool"      __sync_bool_compare_and_swap: result says whether it was done
 * "expected"  __atomic_compare_exchange_n: `expected` is a pointer; on failure the old value is stored there
 */
export interface CompareExchangeExpr extends Node {
  readonly kind: "cmpxchg";
  readonly form: "value" | "bool" | "expected";
  readonly pointer: Expr;
  readonly object: CType;
  readonly expected: Expr;
  readonly desired: Expr;
  readonly order: number;
}

/** va_arg(list, type): `list` is a pointer to struct __va_list_tag. */
export interface VaArgExpr extends Node {
  readonly kind: "va-arg";
  readonly list: Expr;
}

/** `(union u)value`: a record value made of one member. */
export interface ToUnionExpr extends Node {
  readonly kind: "to-union";
  readonly field: Field;
  readonly value: Expr;
}

/** Where an error was reported; never in a unit without errors. */
export interface InvalidExpr extends Node {
  readonly kind: "invalid";
}

export type Expr =
  | IntExpr
  | FloatExpr
  | DecimalExpr
  | FunctionExpr
  | LabelExpr
  | LoadExpr
  | AddressExpr
  | UnaryExpr
  | BinaryExpr
  | CompareExpr
  | LogicalExpr
  | ConditionalExpr
  | CommaExpr
  | CastExpr
  | PointerAddExpr
  | PointerDiffExpr
  | AssignExpr
  | UpdateExpr
  | CallExpr
  | StatementExpr
  | TempExpr
  | SetTempExpr
  | BuiltinExpr
  | OverflowExpr
  | AtomicExpr
  | CompareExchangeExpr
  | VaArgExpr
  | ToUnionExpr
  | InvalidExpr;

// ------------------------------------------------------------------------------------------------- statements

/** What has to happen on the way out of scopes, in order. */
export type Leave =
  /** Run the cleanup call of an object. */
  | { readonly kind: "cleanup"; readonly object: ObjectSymbol }
  /** Give back the stack to where it was in front of this variable-length array's allocation. */
  | { readonly kind: "release"; readonly object: ObjectSymbol };

export interface ExprStmt {
  readonly kind: "expr";
  readonly at: number;
  readonly expr: Expr;
}

/**
 * An automatic object comes to life, with or without an initialiser. For a variable-length array: allocate
 * `object.vlaSize` bytes.
 */
export interface DeclareStmt {
  readonly kind: "declare";
  readonly at: number;
  readonly object: ObjectSymbol;
  readonly init: AutoInit | null;
}

export interface BlockStmt {
  readonly kind: "block";
  readonly at: number;
  readonly body: readonly Stmt[];
  /** Automatic objects of this scope, without those of inner blocks. */
  readonly locals: readonly ObjectSymbol[];
  /** Done when the end of the block is reached. */
  readonly leave: readonly Leave[];
}

export interface IfStmt {
  readonly kind: "if";
  readonly at: number;
  readonly test: Expr;
  readonly consequent: Stmt;
  readonly alternate: Stmt | null;
}

/** while, do, for. `continue` goes to `step` (or the test), `break` behind the loop. */
export interface LoopStmt {
  readonly kind: "loop";
  readonly at: number;
  /** The test comes behind the body the first time. */
  readonly doWhile: boolean;
  /** Null: for ever. */
  readonly test: Expr | null;
  readonly step: Expr | null;
  readonly body: Stmt;
}

export interface SwitchCase {
  /** Inclusive range in the type of the switch value; equal for a single value. */
  readonly low: bigint;
  readonly high: bigint;
  readonly label: CaseStmt;
}

/** The value has its promoted type. Ranges do not overlap. */
export interface SwitchStmt {
  readonly kind: "switch";
  readonly at: number;
  readonly value: Expr;
  readonly cases: readonly SwitchCase[];
  readonly default: CaseStmt | null;
  readonly body: Stmt;
}

/** The place in a switch's body that a case or default goes to. */
export interface CaseStmt {
  readonly kind: "case";
  readonly at: number;
  readonly body: Stmt;
}

export interface LabelStmt {
  readonly kind: "label";
  readonly at: number;
  readonly label: Label;
  readonly body: Stmt;
}

export interface GotoStmt {
  readonly kind: "goto";
  readonly at: number;
  readonly label: Label;
  readonly leave: readonly Leave[];
}

/** `goto *value`: to any label of the function whose address is taken. Runs no cleanups, as gcc. */
export interface ComputedGotoStmt {
  readonly kind: "goto-value";
  readonly at: number;
  readonly value: Expr;
}

export interface BreakStmt {
  readonly kind: "break";
  readonly at: number;
  readonly target: LoopStmt | SwitchStmt;
  readonly leave: readonly Leave[];
}

export interface ContinueStmt {
  readonly kind: "continue";
  readonly at: number;
  readonly target: LoopStmt;
  readonly leave: readonly Leave[];
}

/** The value has the function's result type; it is evaluated before anything is left. */
export interface ReturnStmt {
  readonly kind: "return";
  readonly at: number;
  readonly value: Expr | null;
  readonly leave: readonly Leave[];
}

export interface EmptyStmt {
  readonly kind: "empty";
  readonly at: number;
  /** `__attribute__((fallthrough));` */
  readonly fallsThrough?: true;
}

export type Stmt =
  | ExprStmt
  | DeclareStmt
  | BlockStmt
  | IfStmt
  | LoopStmt
  | SwitchStmt
  | CaseStmt
  | LabelStmt
  | GotoStmt
  | ComputedGotoStmt
  | BreakStmt
  | ContinueStmt
  | ReturnStmt
  | EmptyStmt;

// ------------------------------------------------------------------------------------------------------- unit

export interface FunctionDefinition {
  readonly fn: FunctionSymbol;
  /** In order; an unnamed one has the name "". Their types are those that arrive (K&R: after promotion). */
  readonly params: readonly ObjectSymbol[];
  /**
   * K&R definitions: a parameter declared `float` or `char` arrives promoted (double, int) in `params[i]`, and
   * the body begins with the conversion. So `params[i].type` is always what a caller passes.
   */
  readonly body: BlockStmt;
  readonly labels: readonly Label[];
  /** Every automatic object of the function, parameters first; hidden locals of compound literals included. */
  readonly locals: readonly ObjectSymbol[];
  /** Number of temps; ids are 0 .. temps-1. */
  readonly temps: number;
  /** Some expression may need a temporary whose size is known only when it runs. */
  readonly variableTemporaries: boolean;
  /** Calls setjmp: values in registers must survive a longjmp. */
  readonly callsSetjmp: boolean;
  readonly at: number;
  /** The closing brace. */
  readonly end: number;
}

/** Everything of one translation unit, in the order of first declaration. */
export interface CheckedUnit {
  /** What all `at`, `first` and `last` index. */
  readonly tokens: TokenList;
  readonly types: TypeTable;
  /** All functions declared or defined; code is needed for those with a definition that are `used`. */
  readonly functions: readonly FunctionSymbol[];
  /** All objects of static storage: globals, static locals, compound literals of file scope. */
  readonly objects: readonly ObjectSymbol[];
  readonly strings: readonly StringLiteral[];
}
