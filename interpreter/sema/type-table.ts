// Makes types and makes each only once (types.ts says why). A table belongs to one translation unit.
//
// Variants of a type (qualified, named by a typedef, aligned) are copies with another id that share the
// declaration behind them; `canonical` and `plain` are computed when a type is made, so comparing needs no walk.

import type {
  Amount,
  ArrayType,
  CType,
  DecimalType,
  EnumDecl,
  EnumType,
  FloatType,
  FunctionType,
  IntName,
  IntType,
  PointerType,
  PoisonType,
  RecordDecl,
  RecordType,
  VoidType,
} from "./types.js";

/** The parts of a type that are its own; the rest is filled in by `#make`. */
type Own<T extends CType> = Omit<T, "id" | "quals" | "alias" | "alignAttr" | "canonical" | "plain">;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export class TypeTable {
  #nextId = 0;
  #nextDecl = 0;
  readonly #variants = new Map<number, CType>();
  readonly #pointers = new Map<number, PointerType>();
  readonly #arrays = new Map<string, ArrayType>();
  readonly #incompleteArrays = new Map<number, ArrayType>();
  readonly #functions = new Map<string, FunctionType>();
  readonly #bitTypes = new Map<string, IntType>();

  /** Every struct, union and enum that was made. */
  readonly declarations: (RecordDecl | EnumDecl)[] = [];

  readonly void: VoidType = this.#make<VoidType>({ kind: "void" });
  readonly poison: PoisonType = this.#make<PoisonType>({ kind: "poison" });
  readonly bool = this.#int("_Bool", 1, false, 0, 1);
  readonly char = this.#int("char", 1, true, 1);
  readonly schar = this.#int("signed char", 1, true, 1);
  readonly uchar = this.#int("unsigned char", 1, false, 1);
  readonly short = this.#int("short", 2, true, 2);
  readonly ushort = this.#int("unsigned short", 2, false, 2);
  readonly int = this.#int("int", 4, true, 3);
  readonly uint = this.#int("unsigned int", 4, false, 3);
  readonly long = this.#int("long", 8, true, 4);
  readonly ulong = this.#int("unsigned long", 8, false, 4);
  readonly llong = this.#int("long long", 8, true, 5);
  readonly ullong = this.#int("unsigned long long", 8, false, 5);
  readonly int128 = this.#int("__int128", 16, true, 6);
  readonly uint128 = this.#int("unsigned __int128", 16, false, 6);
  readonly float = this.#float("float", 4);
  readonly double = this.#float("double", 8);
  readonly longDouble = this.#float("long double", 16);
  readonly decimal32 = this.#decimal("_Decimal32", 4);
  readonly decimal64 = this.#decimal("_Decimal64", 8);
  readonly decimal128 = this.#decimal("_Decimal128", 16);

  readonly voidPointer = this.pointerTo(this.void);
  readonly charPointer = this.pointerTo(this.char);
  readonly constCharPointer = this.pointerTo(this.withQuals(this.char, 1));
  readonly constVoidPointer = this.pointerTo(this.withQuals(this.void, 1));
  /** struct __va_list_tag of the System V ABI: 24 bytes; what is in them is lowering's business. */
  readonly vaListTag: RecordType = this.#vaListTag();
  /** __builtin_va_list: an array of one tag, so that it is passed by reference. */
  readonly vaList: ArrayType = this.arrayOf(this.vaListTag, 1);

  readonly #byName = new Map<IntName, IntType>(
    [
      this.bool,
      this.char,
      this.schar,
      this.uchar,
      this.short,
      this.ushort,
      this.int,
      this.uint,
      this.long,
      this.ulong,
      this.llong,
      this.ullong,
      this.int128,
      this.uint128,
    ].map((type) => [type.name, type]),
  );

  integer(name: IntName): IntType {
    return this.#byName.get(name)!;
  }

  /** The integer type of a size and sign (char, short, int, long, __int128 family). */
  integerOfSize(size: number, signed: boolean): IntType {
    switch (size) {
      case 1:
        return signed ? this.schar : this.uchar;
      case 2:
        return signed ? this.short : this.ushort;
      case 4:
        return signed ? this.int : this.uint;
      case 8:
        return signed ? this.long : this.ulong;
      default:
        return signed ? this.int128 : this.uint128;
    }
  }

  decimalOfSize(size: DecimalType["size"]): DecimalType {
    return size === 4 ? this.decimal32 : size === 8 ? this.decimal64 : this.decimal128;
  }

  unsignedOf(type: IntType): IntType {
    if (!type.signed) return type;
    if (type.bits !== type.size * 8) return this.bitType({ ...type, signed: false }, type.bits);
    const name =
      type.name === "char" || type.name === "signed char" ? "unsigned char" : `unsigned ${type.name}`;
    return this.integer(name as IntName);
  }

  signedOf(type: IntType): IntType {
    if (type.signed || type === this.bool) return type;
    const name = type.name === "unsigned char" ? "signed char" : type.name.slice("unsigned ".length);
    return this.integer(name as IntName);
  }

  /** The type of a bit-field of `bits` bits that is wider than int: arithmetic on it has that many bits, as in gcc. */
  bitType(base: IntType, bits: number): IntType {
    const key = `${base.name}:${base.signed}:${bits}`;
    let type = this.#bitTypes.get(key);
    if (type === undefined) {
      const signed = base.signed;
      type = this.#make<IntType>({
        kind: "int",
        name: base.name,
        size: base.size,
        bits,
        signed,
        rank: base.rank,
      });
      this.#bitTypes.set(key, type);
    }
    return type;
  }

  pointerTo(target: CType): PointerType {
    const known = this.#pointers.get(target.id);
    if (known !== undefined) return known;
    const made = this.#make<PointerType>({ kind: "pointer", target });
    if (target.canonical !== target) sugar(made, this.pointerTo(target.canonical));
    this.#pointers.set(target.id, made);
    return made;
  }

  arrayOf(element: CType, length: number): ArrayType {
    const key = `${element.id}:${length}`;
    const known = this.#arrays.get(key);
    if (known !== undefined) return known;
    const made = this.#makeArray(element, length, null);
    if (element.canonical !== element) sugar(made, this.arrayOf(element.canonical, length));
    this.#arrays.set(key, made);
    return made;
  }

  incompleteArrayOf(element: CType): ArrayType {
    const known = this.#incompleteArrays.get(element.id);
    if (known !== undefined) return known;
    const made = this.#makeArray(element, null, null);
    if (element.canonical !== element) sugar(made, this.incompleteArrayOf(element.canonical));
    this.#incompleteArrays.set(element.id, made);
    return made;
  }

  /** Never interned: each declarator has its own bound. */
  vlaOf(element: CType, bound: Amount): ArrayType {
    const made = this.#makeArray(element, null, bound);
    if (element.canonical !== element) sugar(made, this.vlaOf(element.canonical, bound));
    return made;
  }

  functionOf(result: CType, params: readonly CType[], variadic: boolean, prototype: boolean): FunctionType {
    let key = `${result.id}${variadic ? "v" : prototype ? "p" : "k"}`;
    for (const param of params) key += `,${param.id}`;
    const known = this.#functions.get(key);
    if (known !== undefined) return known;
    const made = this.#make<FunctionType>({ kind: "function", result, params, variadic, prototype });
    // Qualifiers of parameters and of the result are no part of the function's type.
    if (result.plain !== result || params.some((param) => param.plain !== param)) {
      const plainParams = params.map((param) => param.plain);
      sugar(made, this.functionOf(result.plain, plainParams, variadic, prototype));
    }
    this.#functions.set(key, made);
    return made;
  }

  newRecord(union: boolean, tag: string | null, at: number): RecordType {
    const decl: RecordDecl = {
      id: this.#nextDecl++,
      union,
      tag,
      typedefName: null,
      complete: false,
      fields: [],
      size: 0,
      variableSize: null,
      align: 1,
      packed: false,
      flexible: false,
      hasConst: false,
      transparent: false,
      members: new Map(),
      at,
    };
    this.declarations.push(decl);
    return this.#make<RecordType>({ kind: "record", decl });
  }

  newEnum(tag: string | null, at: number): EnumType {
    const decl: EnumDecl = {
      id: this.#nextDecl++,
      tag,
      typedefName: null,
      complete: false,
      underlying: this.uint,
      enumerators: [],
      at,
    };
    this.declarations.push(decl);
    return this.#make<EnumType>({ kind: "enum", decl });
  }

  /** The same type with exactly these qualifiers. For arrays they are the elements'; functions have none. */
  withQuals<T extends CType>(type: T, quals: number): T;
  withQuals(type: CType, quals: number): CType {
    if (type.quals === quals || type.kind === "function" || type.kind === "poison") return type;
    if (type.kind === "array" && type.alias === null && type.alignAttr === 0) {
      const element = this.withQuals(type.element, quals);
      if (type.vla !== null) return this.vlaOf(element, type.vla);
      return type.length === null ? this.incompleteArrayOf(element) : this.arrayOf(element, type.length);
    }
    const known = this.#variants.get(type.id * 16 + quals);
    if (known !== undefined) return known;
    // All variants come from the unqualified one, so that each is made once. A typedef of a qualified type has
    // no unqualified form of that name: it goes on without the name.
    if (type.quals !== 0) return this.withQuals(this.#variants.get(type.id * 16) ?? type.plain, quals);
    const made = { ...type, id: this.#nextId++, quals } as Mutable<CType>;
    if (made.kind === "array") (made as Mutable<ArrayType>).element = this.withQuals(made.element, quals);
    this.#variants.set(type.id * 16 + quals, made as CType);
    this.#variants.set(made.id * 16, type);
    made.canonical = type.canonical === type ? (made as CType) : this.withQuals(type.canonical, quals);
    return made as CType;
  }

  addQuals<T extends CType>(type: T, quals: number): T {
    return this.withQuals(type, type.quals | quals);
  }

  /** Without qualifiers, typedef name kept: what a value read from an object of the type has. */
  unqualified<T extends CType>(type: T): T {
    return this.withQuals(type, 0);
  }

  /** The type as a typedef calls it. Not interned: each typedef makes one. */
  aliased(type: CType, alias: string): CType {
    return { ...type, id: this.#nextId++, alias } as CType;
  }

  /** The type with an alignment of its own, from an attribute of a typedef. */
  aligned(type: CType, alignAttr: number): CType {
    return { ...type, id: this.#nextId++, alignAttr } as CType;
  }

  #make<T extends CType>(own: Own<T>): T {
    const type = { ...own, id: this.#nextId++, quals: 0, alias: null, alignAttr: 0 } as unknown as Mutable<T>;
    type.canonical = type as T;
    type.plain = type as T;
    return type as T;
  }

  #makeArray(element: CType, length: number | null, vla: Amount | null): ArrayType {
    const made = this.#make<ArrayType>({ kind: "array", element, length, vla }) as Mutable<ArrayType>;
    made.quals = element.quals;
    if (element.quals !== 0 && vla === null) {
      const plain = this.withQuals(element, 0);
      made.plain = length === null ? this.incompleteArrayOf(plain) : this.arrayOf(plain, length);
    }
    return made;
  }

  #int(name: IntName, size: IntType["size"], signed: boolean, rank: number, bits = size * 8): IntType {
    return this.#make<IntType>({ kind: "int", name, size, bits, signed, rank });
  }

  #float(name: FloatType["name"], size: FloatType["size"]): FloatType {
    return this.#make<FloatType>({ kind: "float", name, size });
  }

  #decimal(name: DecimalType["name"], size: DecimalType["size"]): DecimalType {
    return this.#make<DecimalType>({ kind: "decimal", name, size });
  }

  #vaListTag(): RecordType {
    const record = this.newRecord(false, "__va_list_tag", -1);
    const decl = record.decl;
    const names = ["gp_offset", "fp_offset", "overflow_arg_area", "reg_save_area"];
    const offsets = [0, 4, 8, 16];
    names.forEach((name, index) => {
      const type = index < 2 ? this.uint : this.voidPointer;
      const field = {
        name,
        type,
        offset: offsets[index]!,
        base: null,
        bits: null,
        unreadable: false,
        width: -1,
        index,
        at: -1,
      };
      decl.fields.push(field);
      decl.members.set(name, { path: [field], field, offset: field.offset });
    });
    decl.size = 24;
    decl.align = 8;
    decl.complete = true;
    return record;
  }
}

function sugar(type: CType, canonical: CType): void {
  const sugared = type as Mutable<CType>;
  sugared.canonical = canonical;
  sugared.plain = canonical.plain;
}
