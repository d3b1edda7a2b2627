// The typed syntax tree of one preprocessed C translation unit (GNU C as the kernel writes it).
//
// What it promises to its readers:
//   - Every node is plain data with a `kind` string; unions are discriminated by it.
//   - Every node carries `first` and `last`: indices of its first and last token in the array given to
//     `parse` (redundant parentheses round an expression belong to whoever wrote them and are not inside).
//   - What C writes inside out is laid flat: a declarator is a name and a list of parts, read from the name
//     outwards, so `int *a[3]` is `a` with parts [Array 3, Pointer] over the base type `int`. Building the type
//     is a fold from the last part to the first. Consecutive labels are one `Labeled` with a list.
//   - The order of specifier words is gone: `int long unsigned` arrives as BasicType "unsigned long".
//   - Nesting is bounded by MAX_DEPTH, so a reader may recurse. Lists (block items, else-if chains aside,
//     arguments, initialiser items) are not nested and may be long.
//   - Attributes stand where they apply: on the specifiers (every declarator), on one declarator, on a pointer
//     part, on a tag, an enumerator, a label, or alone as a statement. Names are given without `__` round them.
//   - Syntax knows scopes only to tell a typedef name from a variable; it knows no types. Whatever needs one
//     (is the array size constant, does the member exist) is for the reader.

/** No tree is nested deeper than this; beyond it `parse` reports "nested too deeply" and drops the declaration. */
export const MAX_DEPTH = 1000;

export interface Node {
  /** Index of the node's first token in the array given to `parse`. */
  readonly first: number;
  /** Index of its last token (inclusive). */
  readonly last: number;
}

/** A name with its place: a declared name, a member, a label, a tag. */
export interface Identifier extends Node {
  readonly kind: "Identifier";
  readonly name: string;
}

// ---------------------------------------------------------------- translation unit

export interface TranslationUnit extends Node {
  readonly kind: "TranslationUnit";
  readonly items: readonly ExternalItem[];
}

/** `Asm` at file scope is a basic asm (no operands). */
export type ExternalItem = FunctionDefinition | Declaration | StaticAssert | Asm;

/**
 * A definition with a body. The declarator's first part is its FunctionPart. Also a block item: a nested
 * function, recognised so that it can be refused by name.
 */
export interface FunctionDefinition extends Node {
  readonly kind: "FunctionDefinition";
  readonly specifiers: DeclSpecifiers;
  readonly declarator: Declarator;
  /** K&R style: the declarations between `f(a, b)` and `{`. Empty for prototypes. */
  readonly oldStyle: readonly Declaration[];
  readonly body: Compound;
}

/** `int a = 1, *b;`, and also `struct s { … };` or `typedef …;`. With no declarators it declares tags only. */
export interface Declaration extends Node {
  readonly kind: "Declaration";
  readonly specifiers: DeclSpecifiers;
  readonly declarators: readonly InitDeclarator[];
}

export interface StaticAssert extends Node {
  readonly kind: "StaticAssert";
  readonly condition: Expr;
  /** null in the C23 form without a message. */
  readonly message: StringLiteral | null;
}

export interface InitDeclarator extends Node {
  readonly kind: "InitDeclarator";
  readonly declarator: Declarator;
  readonly initializer: Initializer | null;
}

// ---------------------------------------------------------------- specifiers

export type StorageClass = "typedef" | "extern" | "static" | "auto" | "register";

/** Bits of a qualifier set. */
export const CONST = 1;
export const VOLATILE = 2;
export const RESTRICT = 4;
/** `_Atomic` without parentheses; `_Atomic(T)` is a type specifier of its own. */
export const ATOMIC = 8;

export interface DeclSpecifiers extends Node {
  readonly kind: "DeclSpecifiers";
  readonly storage: StorageClass | null;
  /** `__thread` or `_Thread_local`. */
  readonly threadLocal: boolean;
  readonly inline: boolean;
  readonly noreturn: boolean;
  /** CONST | VOLATILE | RESTRICT | ATOMIC */
  readonly qualifiers: number;
  /** Operands of `_Alignas`, in order. */
  readonly alignas: readonly (Expr | TypeName)[];
  readonly type: TypeSpecifier;
  /** Attributes that apply to everything this declaration declares. */
  readonly attributes: readonly Attribute[];
}

export type TypeSpecifier =
  | BasicType
  | TypedefName
  | StructSpecifier
  | EnumSpecifier
  | TypeofSpecifier
  | AtomicSpecifier
  | AutoType;

export type BasicTypeName =
  | "void"
  | "_Bool"
  | "char"
  | "signed char"
  | "unsigned char"
  | "short"
  | "unsigned short"
  | "int"
  | "unsigned int"
  | "long"
  | "unsigned long"
  | "long long"
  | "unsigned long long"
  | "__int128"
  | "unsigned __int128"
  | "float"
  | "double"
  | "long double"
  | "_Float16"
  | "_Float32"
  | "_Float64"
  | "_Float128"
  | "_Float32x"
  | "_Float64x"
  | "_Decimal32"
  | "_Decimal64"
  | "_Decimal128"
  | "__builtin_va_list";

export interface BasicType extends Node {
  readonly kind: "BasicType";
  readonly name: BasicTypeName;
  /** `_Complex` stood among the words. */
  readonly complex: boolean;
  /** No type was written and int is assumed (`static x;`, `main() {}`, K&R parameters). */
  readonly implicit: boolean;
}

export interface TypedefName extends Node {
  readonly kind: "TypedefName";
  readonly name: string;
}

export interface StructSpecifier extends Node {
  readonly kind: "StructSpecifier";
  readonly isUnion: boolean;
  readonly tag: Identifier | null;
  /** null: a reference or forward declaration; [] : `struct {}`. */
  readonly members: readonly Member[] | null;
  readonly attributes: readonly Attribute[];
}

export type Member = FieldDeclaration | StaticAssert;

/** With no declarators: an anonymous struct or union member (or a tag declared inside a struct). */
export interface FieldDeclaration extends Node {
  readonly kind: "FieldDeclaration";
  readonly specifiers: DeclSpecifiers;
  readonly declarators: readonly FieldDeclarator[];
}

export interface FieldDeclarator extends Node {
  readonly kind: "FieldDeclarator";
  /** Its name is null for an unnamed bit-field. */
  readonly declarator: Declarator;
  /** Bit-field width. */
  readonly width: Expr | null;
}

export interface EnumSpecifier extends Node {
  readonly kind: "EnumSpecifier";
  readonly tag: Identifier | null;
  /** `enum e : unsigned char` */
  readonly underlying: TypeName | null;
  /** null: a reference. */
  readonly enumerators: readonly Enumerator[] | null;
  readonly attributes: readonly Attribute[];
}

export interface Enumerator extends Node {
  readonly kind: "Enumerator";
  readonly name: Identifier;
  readonly value: Expr | null;
  readonly attributes: readonly Attribute[];
}

/** `typeof(x)`, `typeof(int *)`, `__typeof_unqual__(x)`. */
export interface TypeofSpecifier extends Node {
  readonly kind: "TypeofSpecifier";
  readonly operand: Expr | TypeName;
  readonly unqualified: boolean;
}

/** `_Atomic(T)` */
export interface AtomicSpecifier extends Node {
  readonly kind: "AtomicSpecifier";
  readonly type: TypeName;
}

/** `__auto_type` */
export interface AutoType extends Node {
  readonly kind: "AutoType";
}

/** `aligned(8)`, `section(".init")`, `cleanup(f)`; a bare identifier argument is a Name. */
export interface Attribute extends Node {
  readonly kind: "Attribute";
  /** Without leading and trailing `__`. */
  readonly name: string;
  readonly args: readonly Expr[];
}

// ---------------------------------------------------------------- declarators

/** See the head of the file for the order of `parts`. An empty one stands at the last token before it. */
export interface Declarator extends Node {
  readonly kind: "Declarator";
  /** null in type names, unnamed parameters and unnamed bit-fields. */
  readonly name: Identifier | null;
  readonly parts: readonly DeclaratorPart[];
  readonly attributes: readonly Attribute[];
  /** `asm("symbol")` after the declarator. */
  readonly asmLabel: StringLiteral | null;
}

export type DeclaratorPart = PointerPart | ArrayPart | FunctionPart;

export interface PointerPart extends Node {
  readonly kind: "PointerPart";
  readonly qualifiers: number;
  readonly attributes: readonly Attribute[];
}

export interface ArrayPart extends Node {
  readonly kind: "ArrayPart";
  /** null: `[]` or `[*]`. Constant or variable is for the reader to say. */
  readonly size: Expr | null;
  /** `[*]` */
  readonly star: boolean;
  /** `[static n]` and `[const n]` in parameters. */
  readonly isStatic: boolean;
  readonly qualifiers: number;
}

export interface FunctionPart extends Node {
  readonly kind: "FunctionPart";
  /** "prototype": `(int a, …)` and `(void)`; "empty": `()`; "identifiers": K&R `(a, b)`. */
  readonly style: "prototype" | "empty" | "identifiers";
  /** GNU forward declarations of parameters: `(int n; int a[n], int n)`. */
  readonly forward: readonly Parameter[];
  /** For a prototype; `(void)` arrives as one unnamed parameter of type void, as a typedef of void may stand there. */
  readonly parameters: readonly Parameter[];
  readonly variadic: boolean;
  /** For the K&R style. */
  readonly identifiers: readonly Identifier[];
}

export interface Parameter extends Node {
  readonly kind: "Parameter";
  readonly specifiers: DeclSpecifiers;
  readonly declarator: Declarator;
}

/** A type as operand: `sizeof(int *)`, a cast, `_Generic` associations. The declarator has no name. */
export interface TypeName extends Node {
  readonly kind: "TypeName";
  readonly specifiers: DeclSpecifiers;
  readonly declarator: Declarator;
}

// ---------------------------------------------------------------- initialisers

export type Initializer = Expr | InitializerList;

export interface InitializerList extends Node {
  readonly kind: "InitializerList";
  readonly items: readonly InitializerItem[];
}

export interface InitializerItem extends Node {
  readonly kind: "InitializerItem";
  /** `.a[1].b =`; the old forms `a: v` and `[1] v` arrive the same. Empty: next element. */
  readonly designators: readonly Designator[];
  readonly value: Initializer;
}

export type Designator = FieldDesignator | IndexDesignator | RangeDesignator;

export interface FieldDesignator extends Node {
  readonly kind: "FieldDesignator";
  readonly name: Identifier;
}

export interface IndexDesignator extends Node {
  readonly kind: "IndexDesignator";
  readonly index: Expr;
}

/** `[low ... high]`, both inclusive. */
export interface RangeDesignator extends Node {
  readonly kind: "RangeDesignator";
  readonly low: Expr;
  readonly high: Expr;
}

// ---------------------------------------------------------------- statements

export type BlockItem = Declaration | Statement | StaticAssert | FunctionDefinition | LocalLabels;

export type Statement =
  | Compound
  | ExpressionStatement
  | EmptyStatement
  | If
  | Switch
  | While
  | DoWhile
  | For
  | Goto
  | ComputedGoto
  | Continue
  | Break
  | Return
  | Labeled
  | Asm
  | AttributeStatement;

export interface Compound extends Node {
  readonly kind: "Compound";
  readonly items: readonly BlockItem[];
}

export interface ExpressionStatement extends Node {
  readonly kind: "ExpressionStatement";
  readonly expression: Expr;
}

export interface EmptyStatement extends Node {
  readonly kind: "EmptyStatement";
}

export interface If extends Node {
  readonly kind: "If";
  readonly condition: Expr;
  readonly consequent: Statement;
  readonly alternate: Statement | null;
}

export interface Switch extends Node {
  readonly kind: "Switch";
  readonly subject: Expr;
  readonly body: Statement;
}

export interface While extends Node {
  readonly kind: "While";
  readonly condition: Expr;
  readonly body: Statement;
}

export interface DoWhile extends Node {
  readonly kind: "DoWhile";
  readonly body: Statement;
  readonly condition: Expr;
}

export interface For extends Node {
  readonly kind: "For";
  readonly init: Declaration | Expr | null;
  readonly condition: Expr | null;
  readonly step: Expr | null;
  readonly body: Statement;
}

export interface Goto extends Node {
  readonly kind: "Goto";
  readonly label: Identifier;
}

/** `goto *target;` */
export interface ComputedGoto extends Node {
  readonly kind: "ComputedGoto";
  readonly target: Expr;
}

export interface Continue extends Node {
  readonly kind: "Continue";
}

export interface Break extends Node {
  readonly kind: "Break";
}

export interface Return extends Node {
  readonly kind: "Return";
  readonly value: Expr | null;
}

/**
 * `a: case 1: case 2 ... 5: default: body`. A label before `}` or before a declaration has an EmptyStatement
 * as body (whose `first` and `last` are the label's colon).
 */
export interface Labeled extends Node {
  readonly kind: "Labeled";
  readonly labels: readonly LabelPrefix[];
  readonly body: Statement;
}

export type LabelPrefix = NamedLabel | CaseLabel | DefaultLabel;

export interface NamedLabel extends Node {
  readonly kind: "NamedLabel";
  readonly label: Identifier;
  readonly attributes: readonly Attribute[];
}

export interface CaseLabel extends Node {
  readonly kind: "CaseLabel";
  readonly low: Expr;
  /** `case low ... high:`, inclusive; null for a single value. */
  readonly high: Expr | null;
}

export interface DefaultLabel extends Node {
  readonly kind: "DefaultLabel";
}

/** `__label__ a, b;` */
export interface LocalLabels extends Node {
  readonly kind: "LocalLabels";
  readonly labels: readonly Identifier[];
}

/** `__attribute__((fallthrough));` */
export interface AttributeStatement extends Node {
  readonly kind: "AttributeStatement";
  readonly attributes: readonly Attribute[];
}

export interface Asm extends Node {
  readonly kind: "Asm";
  readonly template: StringLiteral;
  readonly isVolatile: boolean;
  readonly isInline: boolean;
  readonly isGoto: boolean;
  /** `asm("…")` without any colon. */
  readonly basic: boolean;
  readonly outputs: readonly AsmOperand[];
  readonly inputs: readonly AsmOperand[];
  readonly clobbers: readonly StringLiteral[];
  readonly labels: readonly Identifier[];
}

export interface AsmOperand extends Node {
  readonly kind: "AsmOperand";
  /** `[name] "=r" (x)` */
  readonly symbol: Identifier | null;
  readonly constraint: StringLiteral;
  readonly value: Expr;
}

// ---------------------------------------------------------------- expressions

export type Expr =
  | Name
  | IntegerLiteral
  | FloatLiteral
  | DecimalLiteral
  | CharLiteral
  | StringLiteral
  | Unary
  | Postfix
  | Binary
  | Assign
  | Conditional
  | Comma
  | Call
  | MemberAccess
  | Index
  | Cast
  | CompoundLiteral
  | SizeofExpr
  | SizeofType
  | AlignofExpr
  | AlignofType
  | LabelAddress
  | StatementExpr
  | Generic
  | Offsetof
  | VaArg
  | TypesCompatible
  | ChooseExpr;

/** Use of an ordinary identifier; builtins called like functions (`__builtin_expect`) are Names too. */
export interface Name extends Node {
  readonly kind: "Name";
  readonly name: string;
}

export interface IntegerLiteral extends Node {
  readonly kind: "IntegerLiteral";
  /** Exact value; larger than 64 bits is reported by syntax and truncated to 64. */
  readonly value: bigint;
  /** Decimal constants never become unsigned by themselves; octal, hexadecimal and binary ones do. */
  readonly decimal: boolean;
  readonly unsigned: boolean;
  /** Number of `l` in the suffix. */
  readonly longs: 0 | 1 | 2;
}

export interface FloatLiteral extends Node {
  readonly kind: "FloatLiteral";
  /** Rounded to float for suffix "f", else to double (also for "l": long double is for the reader). */
  readonly value: number;
  readonly suffix: "" | "f" | "l";
  /** GNU suffix `i` or `j`. */
  readonly imaginary: boolean;
}

/** A constant with suffix df, dd or dl. */
export interface DecimalLiteral extends Node {
  readonly kind: "DecimalLiteral";
  /** Bytes of its type. */
  readonly size: 4 | 8 | 16;
  /** As its type encodes it. */
  readonly bits: bigint;
  /** The type has no such number: it became an infinity, or zero. */
  readonly inexact: "overflow" | "underflow" | null;
}

/** Prefix of a character or string literal; "" is plain char. */
export type Encoding = "" | "u8" | "u" | "U" | "L";

export interface CharLiteral extends Node {
  readonly kind: "CharLiteral";
  /** As an int for plain (sign-extended char; multi-character as gcc packs it), as the code unit otherwise. */
  readonly value: number;
  readonly encoding: Encoding;
}

/** Adjacent literals are joined. */
export interface StringLiteral extends Node {
  readonly kind: "StringLiteral";
  readonly encoding: Encoding;
  /** Code units without the terminating zero: bytes for "" and "u8", 16-bit for "u", 32-bit for "U" and "L". */
  readonly units: Uint8Array | Uint16Array | Uint32Array;
}

export type UnaryOperator = "+" | "-" | "!" | "~" | "*" | "&" | "++" | "--" | "__real__" | "__imag__";

/** Prefix operators. `__extension__` leaves no trace. */
export interface Unary extends Node {
  readonly kind: "Unary";
  readonly operator: UnaryOperator;
  readonly operand: Expr;
}

export interface Postfix extends Node {
  readonly kind: "Postfix";
  readonly operator: "++" | "--";
  readonly operand: Expr;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "<<"
  | ">>"
  | "<"
  | ">"
  | "<="
  | ">="
  | "=="
  | "!="
  | "&"
  | "^"
  | "|"
  | "&&"
  | "||";

export interface Binary extends Node {
  readonly kind: "Binary";
  readonly operator: BinaryOperator;
  /** Index of the operator's token: where gcc puts the caret. */
  readonly operatorToken: number;
  readonly left: Expr;
  readonly right: Expr;
}

export type AssignOperator = "=" | "*=" | "/=" | "%=" | "+=" | "-=" | "<<=" | ">>=" | "&=" | "^=" | "|=";

export interface Assign extends Node {
  readonly kind: "Assign";
  readonly operator: AssignOperator;
  readonly operatorToken: number;
  readonly target: Expr;
  readonly value: Expr;
}

export interface Conditional extends Node {
  readonly kind: "Conditional";
  readonly condition: Expr;
  /** null: `a ?: b`, where `a` is evaluated once. */
  readonly consequent: Expr | null;
  readonly alternate: Expr;
}

export interface Comma extends Node {
  readonly kind: "Comma";
  readonly left: Expr;
  readonly right: Expr;
}

export interface Call extends Node {
  readonly kind: "Call";
  readonly callee: Expr;
  readonly args: readonly Expr[];
}

/** `object.member`, or `object->member` with `arrow`. */
export interface MemberAccess extends Node {
  readonly kind: "MemberAccess";
  readonly object: Expr;
  readonly member: Identifier;
  readonly arrow: boolean;
}

export interface Index extends Node {
  readonly kind: "Index";
  readonly object: Expr;
  readonly index: Expr;
}

export interface Cast extends Node {
  readonly kind: "Cast";
  readonly type: TypeName;
  readonly operand: Expr;
}

export interface CompoundLiteral extends Node {
  readonly kind: "CompoundLiteral";
  readonly type: TypeName;
  readonly initializer: InitializerList;
}

export interface SizeofExpr extends Node {
  readonly kind: "SizeofExpr";
  readonly operand: Expr;
}

export interface SizeofType extends Node {
  readonly kind: "SizeofType";
  readonly type: TypeName;
}

export interface AlignofExpr extends Node {
  readonly kind: "AlignofExpr";
  readonly operand: Expr;
  /** `__alignof__` asks for the preferred alignment, `_Alignof` for the required one. */
  readonly preferred: boolean;
}

export interface AlignofType extends Node {
  readonly kind: "AlignofType";
  readonly type: TypeName;
  readonly preferred: boolean;
}

/** `&&label` */
export interface LabelAddress extends Node {
  readonly kind: "LabelAddress";
  readonly label: Identifier;
}

/** `({ … })` */
export interface StatementExpr extends Node {
  readonly kind: "StatementExpr";
  readonly body: Compound;
}

export interface Generic extends Node {
  readonly kind: "Generic";
  readonly control: Expr;
  readonly associations: readonly GenericAssociation[];
}

export interface GenericAssociation extends Node {
  readonly kind: "GenericAssociation";
  /** null: `default` */
  readonly type: TypeName | null;
  readonly value: Expr;
}

/** `__builtin_offsetof(type, a.b[3].c)`: the path starts with a member. */
export interface Offsetof extends Node {
  readonly kind: "Offsetof";
  readonly type: TypeName;
  readonly path: readonly (FieldDesignator | IndexDesignator)[];
}

/** `__builtin_va_arg(list, type)` */
export interface VaArg extends Node {
  readonly kind: "VaArg";
  readonly list: Expr;
  readonly type: TypeName;
}

/** `__builtin_types_compatible_p(left, right)` */
export interface TypesCompatible extends Node {
  readonly kind: "TypesCompatible";
  readonly left: TypeName;
  readonly right: TypeName;
}

/** `__builtin_choose_expr(condition, then, otherwise)`: only the chosen operand counts, also for the type. */
export interface ChooseExpr extends Node {
  readonly kind: "ChooseExpr";
  readonly condition: Expr;
  readonly consequent: Expr;
  readonly alternate: Expr;
}
