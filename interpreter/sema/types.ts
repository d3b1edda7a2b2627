// The types of C, as data, for LP64 (x86-64 System V): char is signed, long and pointers have 8 bytes.
//
// Types are made by a TypeTable and interned: asking twice for "pointer to int" gives the same object. The hard
// thing is to keep the names that a person wrote (`u32 *`) for the messages and still to compare types by one
// look. So every type has a `canonical` form, free of typedef names and alignment attributes at every depth, and
// two types without records, incomplete arrays and unprototyped functions inside are the same type of C if and
// only if their canonical forms are the same object. The idea is Clang's (sugared and canonical types).
//
// `at` of a declaration is the index of a token, as in the checked tree (tree.ts).
//
// Qualifiers are a bit set on the type itself; an array's qualifiers are those of its elements.

/** Qualifier bits. */
export const Qual = {
  None: 0,
  Const: 1,
  Volatile: 2,
  Restrict: 4,
  Atomic: 8,
} as const;

export type IntName =
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
  | "unsigned __int128";

interface TypeBase {
  /** Unique in its table. */
  readonly id: number;
  /** `Qual` bits. */
  readonly quals: number;
  /** Name of the typedef that a person wrote, or null. */
  readonly alias: string | null;
  /** Alignment in bytes given by an attribute of a typedef, or 0 where the type's own one holds. */
  readonly alignAttr: number;
  /** The same type with typedef names and alignment attributes removed at every depth; quals kept. */
  readonly canonical: CType;
  /** `canonical` without its own qualifiers: what a value of the type has. */
  readonly plain: CType;
}

export interface VoidType extends TypeBase {
  readonly kind: "void";
}

/** Every integer type except enumerations. */
export interface IntType extends TypeBase {
  readonly kind: "int";
  readonly name: IntName;
  readonly size: 1 | 2 | 4 | 8 | 16;
  /** Bits of a value, sign included: 8 * size, 1 for _Bool, and what is left of a bit-field wider than int. */
  readonly bits: number;
  readonly signed: boolean;
  /** Conversion rank: _Bool 0, char 1, short 2, int 3, long 4, long long 5, __int128 6. */
  readonly rank: number;
}

export interface EnumType extends TypeBase {
  readonly kind: "enum";
  readonly decl: EnumDecl;
}

/** `long double` has the size and alignment of x86-64 but the precision of double: its value is an IEEE double. */
export interface FloatType extends TypeBase {
  readonly kind: "float";
  readonly name: "float" | "double" | "long double";
  readonly size: 4 | 8 | 16;
}

/** A decimal floating type; its value is the bits of its encoding (decimal/bid.ts). */
export interface DecimalType extends TypeBase {
  readonly kind: "decimal";
  readonly name: "_Decimal32" | "_Decimal64" | "_Decimal128";
  readonly size: 4 | 8 | 16;
}

export interface PointerType extends TypeBase {
  readonly kind: "pointer";
  readonly target: CType;
}

export interface ArrayType extends TypeBase {
  readonly kind: "array";
  readonly element: CType;
  /** Number of elements; null for an incomplete (`[]`) or a variable-length array. */
  readonly length: number | null;
  /** Variable length: the value that was computed when the declarator was reached; null otherwise. */
  readonly vla: Amount | null;
}

export interface FunctionType extends TypeBase {
  readonly kind: "function";
  readonly result: CType;
  /** Parameter types after adjustment (arrays and functions are pointers), qualifiers of the top level kept. */
  readonly params: readonly CType[];
  readonly variadic: boolean;
  /** False for `f()` and K&R definitions: arguments are not checked and get the default promotions. */
  readonly prototype: boolean;
}

export interface RecordType extends TypeBase {
  readonly kind: "record";
  readonly decl: RecordDecl;
}

/** The type of what was wrong: compatible with everything, so that one mistake gives one message. */
export interface PoisonType extends TypeBase {
  readonly kind: "poison";
}

export type CType =
  | VoidType
  | IntType
  | EnumType
  | FloatType
  | DecimalType
  | PointerType
  | ArrayType
  | FunctionType
  | RecordType
  | PoisonType;

/** A value computed once and kept in a register: bounds of variable-length arrays, `a` of `a ?: b`. */
export interface Temp {
  /** Unique within the function. */
  readonly id: number;
  readonly type: CType;
}

/** A size or number that is no `number`: known when the program runs, or a constant beyond 2^53. */
export type Amount = Temp | bigint;

export interface Enumerator {
  readonly name: string;
  readonly value: bigint;
  readonly at: number;
}

/** The declaration behind enum types; shared by all its qualified variants. */
export interface EnumDecl {
  readonly id: number;
  readonly tag: string | null;
  /** The first typedef that named it, where it has no tag. */
  typedefName: string | null;
  /** Set when the list of enumerators has been read. */
  complete: boolean;
  /** The integer type that represents it: unsigned int unless a value is negative or large. */
  underlying: IntType;
  enumerators: Enumerator[];
  at: number;
}

/**
 * A piece of a bit-field that one aligned-or-not access of `size` bytes at `offset` (from the start of the
 * record) reaches: bits shift .. shift+width-1 of that little-endian unit are the field's bits at .. at+width-1.
 */
export interface BitPart {
  readonly offset: number;
  readonly size: 1 | 2 | 4 | 8;
  readonly shift: number;
  readonly width: number;
  readonly at: number;
}

/** Where a bit-field lies, or an integer that is stored with its bytes the other way round. */
export interface BitField {
  /** Position of the first bit from the start of the record that the offset of the access refers to. */
  readonly bitOffset: number;
  readonly width: number;
  readonly signed: boolean;
  /** Its first bit is the highest one: scalar_storage_order("big-endian"). */
  readonly reversed: boolean;
  /** Usually one; more only where no power-of-two unit inside the neighbouring bit-fields holds the field. */
  readonly parts: readonly BitPart[];
}

export interface Field {
  /** Null for an anonymous member or an unnamed bit-field. */
  readonly name: string | null;
  readonly type: CType;
  /** Bytes from the start of the record (or from `base`); for a bit-field, of the byte with its first bit. */
  offset: number;
  /** Where what `offset` counts from lies in the record: behind a member of variable size. Null: its start. */
  readonly base: Amount | null;
  /** Null for an ordinary member. */
  bits: BitField | null;
  /** Stored in an order that we do not read: a float, or an array of scalars, of a record with the other byte order. */
  readonly unreadable: boolean;
  /** Declared width of a bit-field, or -1. */
  readonly width: number;
  /** Index in RecordDecl.fields. */
  readonly index: number;
  readonly at: number;
}

/** The declaration behind struct and union types; shared by all qualified variants. */
export interface RecordDecl {
  readonly id: number;
  readonly union: boolean;
  readonly tag: string | null;
  /** The first typedef that named it, where it has no tag. */
  typedefName: string | null;
  /** False until the closing brace has been read. */
  complete: boolean;
  fields: Field[];
  /** -1 where a member has a variable size. */
  size: number;
  /** The size of such a record; null otherwise. */
  variableSize: Amount | null;
  align: number;
  packed: boolean;
  /** Its last member is an array without a length (or a record that ends so). */
  flexible: boolean;
  /** Some member at any depth is const: it cannot be assigned as a whole. */
  hasConst: boolean;
  /** __attribute__((transparent_union)). */
  transparent: boolean;
  /** By name: the members, and those of anonymous members at any depth. */
  readonly members: Map<string, MemberPath>;
  at: number;
}

/** A member found by its name, possibly inside anonymous members: the fields on the way, outermost first. */
export interface MemberPath {
  readonly path: readonly Field[];
  /** The field itself: the last of the path. */
  readonly field: Field;
  /** Bytes from the start of the outermost record, without the bases of the fields on the way. */
  readonly offset: number;
}
