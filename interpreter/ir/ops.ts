// The operations of the intermediate representation: one documented entry each. The printer, the verifier
// and docs/ir.md are made from this table; engines must treat an operation they do not know as a reason to stop.
//
// Notation: dst, a, b, c are registers; imm is the immediate; r[x] the content. Integer arithmetic wraps
// (the kernel is compiled with -fwrapv). An i32 register holds the value of every C type of up to 32 bits,
// already extended as its C type says (int8_t -1 is 0xffffffff, uint8_t 255 is 0xff).

export interface OpInfo {
  /** Register fields in use, in order; the type of each: "i32", "i64", "f32", "f64", or "any" (same for all anys). */
  readonly dst: string | null;
  readonly in: readonly string[];
  /** One-line equation. */
  readonly synopsis: string;
  /** What it means beyond the equation. */
  readonly doc: string;
  /** Ends a block. */
  readonly terminator?: true;
  /** May touch memory that others reach, or rest: has a site. */
  readonly site?: true;
}

function op(
  dst: string | null,
  operands: string,
  synopsis: string,
  doc = "",
  more: { terminator?: true; site?: true } = {},
): OpInfo {
  return { dst, in: operands === "" ? [] : operands.split(" "), synopsis, doc, ...more };
}

const SITE = { site: true } as const;
const TERM = { terminator: true } as const;

function integerOps<T extends "i32" | "i64">(t: T) {
  const bin = (symbol: string, doc = "") => op(t, `${t} ${t}`, `r[dst] = r[a] ${symbol} r[b]`, doc);
  const cmp = (symbol: string) => op("i32", `${t} ${t}`, `r[dst] = r[a] ${symbol} r[b] ? 1 : 0`);
  const shift = (symbol: string) =>
    op(
      t,
      `${t} i32`,
      `r[dst] = r[a] ${symbol} r[b]`,
      "An amount outside 0..width-1 is reported as a shift out of bounds; the amount is then taken modulo the width.",
      SITE,
    );
  const div = (symbol: string) =>
    op(
      t,
      `${t} ${t}`,
      `r[dst] = r[a] ${symbol} r[b]`,
      "Division by zero is fatal; INT_MIN / -1 wraps to INT_MIN, remainder 0.",
      SITE,
    );
  return {
    [`${t}.add`]: bin("+"),
    [`${t}.sub`]: bin("-"),
    [`${t}.mul`]: bin("*"),
    [`${t}.div_s`]: div("/ (signed)"),
    [`${t}.div_u`]: div("/ (unsigned)"),
    [`${t}.rem_s`]: div("% (signed)"),
    [`${t}.rem_u`]: div("% (unsigned)"),
    [`${t}.and`]: bin("&"),
    [`${t}.or`]: bin("|"),
    [`${t}.xor`]: bin("^"),
    [`${t}.shl`]: shift("<<"),
    [`${t}.shr_s`]: shift(">> (arithmetic)"),
    [`${t}.shr_u`]: shift(">> (logical)"),
    [`${t}.eq`]: cmp("=="),
    [`${t}.ne`]: cmp("!="),
    [`${t}.lt_s`]: cmp("< (signed)"),
    [`${t}.lt_u`]: cmp("< (unsigned)"),
    [`${t}.le_s`]: cmp("<= (signed)"),
    [`${t}.le_u`]: cmp("<= (unsigned)"),
    [`${t}.gt_s`]: cmp("> (signed)"),
    [`${t}.gt_u`]: cmp("> (unsigned)"),
    [`${t}.ge_s`]: cmp(">= (signed)"),
    [`${t}.ge_u`]: cmp(">= (unsigned)"),
    [`${t}.eqz`]: op("i32", t, "r[dst] = r[a] == 0 ? 1 : 0"),
    [`${t}.clz`]: op(t, t, "r[dst] = count of leading zero bits", "The width for 0, as wasm."),
    [`${t}.ctz`]: op(t, t, "r[dst] = count of trailing zero bits", "The width for 0, as wasm."),
    [`${t}.popcnt`]: op(t, t, "r[dst] = count of one bits"),
    [`${t}.ext8_s`]: op(t, t, "r[dst] = sign-extended low 8 bits"),
    [`${t}.ext16_s`]: op(t, t, "r[dst] = sign-extended low 16 bits"),
  } as Record<`${T}.${IntOp}`, OpInfo>;
}

type IntOp =
  | "add"
  | "sub"
  | "mul"
  | "div_s"
  | "div_u"
  | "rem_s"
  | "rem_u"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr_s"
  | "shr_u"
  | "eq"
  | "ne"
  | "lt_s"
  | "lt_u"
  | "le_s"
  | "le_u"
  | "gt_s"
  | "gt_u"
  | "ge_s"
  | "ge_u"
  | "eqz"
  | "clz"
  | "ctz"
  | "popcnt"
  | "ext8_s"
  | "ext16_s";

function floatOps<T extends "f32" | "f64">(t: T) {
  const bin = (symbol: string) =>
    op(t, `${t} ${t}`, `r[dst] = r[a] ${symbol} r[b]`, "IEEE 754, round to nearest even.");
  const cmp = (symbol: string) =>
    op("i32", `${t} ${t}`, `r[dst] = r[a] ${symbol} r[b] ? 1 : 0`, "False if either is a NaN, except ne.");
  const un = (text: string) => op(t, t, `r[dst] = ${text}`);
  return {
    [`${t}.add`]: bin("+"),
    [`${t}.sub`]: bin("-"),
    [`${t}.mul`]: bin("*"),
    [`${t}.div`]: bin("/"),
    [`${t}.eq`]: cmp("=="),
    [`${t}.ne`]: cmp("!="),
    [`${t}.lt`]: cmp("<"),
    [`${t}.le`]: cmp("<="),
    [`${t}.gt`]: cmp(">"),
    [`${t}.ge`]: cmp(">="),
    [`${t}.neg`]: un("-r[a]"),
    [`${t}.abs`]: un("|r[a]|"),
    [`${t}.sqrt`]: un("square root of r[a]"),
    [`${t}.floor`]: un("floor(r[a])"),
    [`${t}.ceil`]: un("ceil(r[a])"),
    [`${t}.trunc`]: un("trunc(r[a])"),
    [`${t}.nearest`]: un("r[a] rounded to the nearest integer, ties to even"),
    [`${t}.copysign`]: bin("with the sign of"),
  } as Record<`${T}.${FloatOp}`, OpInfo>;
}

type FloatOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "ceil"
  | "trunc"
  | "nearest"
  | "copysign";

const VISIBLE =
  "Visible unless flagged Private, to read-only data, or no other context can run. Checked against the shadow of memory first.";
const load = (dst: string, bytes: string) => op(dst, "i64", `r[dst] = ${bytes} at r[a] + imm`, VISIBLE, SITE);
const store = (value: string, bytes: string) =>
  op(null, `i64 ${value}`, `${bytes} at r[a] + imm = r[b]`, VISIBLE, SITE);

const CHECK = "The run goes on. The site's text says what of.";

function rmwOps<W extends 8 | 16 | 32 | 64>(width: W) {
  const t = width === 64 ? "i64" : "i32";
  const rmw = (what: string) =>
    op(
      t,
      `i64 ${t}`,
      `r[dst] = old; memory = old ${what} r[b]`,
      "One indivisible visible step. dst may be -1 when the old value is not used. i32 results are zero-extended from the width.",
      SITE,
    );
  return {
    [`rmw.add${width}`]: rmw("+"),
    [`rmw.sub${width}`]: rmw("-"),
    [`rmw.and${width}`]: rmw("&"),
    [`rmw.or${width}`]: rmw("|"),
    [`rmw.xor${width}`]: rmw("^"),
    [`rmw.nand${width}`]: rmw("nand"),
    [`rmw.xchg${width}`]: op(
      t,
      `i64 ${t}`,
      "r[dst] = old; memory = r[b]",
      "One indivisible visible step.",
      SITE,
    ),
    [`cmpxchg${width}`]: op(
      t,
      `i64 ${t} ${t}`,
      "r[dst] = old; if old == r[b] then memory = r[c]",
      "One indivisible visible step; a failed one is a read.",
      SITE,
    ),
  } as Record<`rmw.${RmwKind}${W}` | `cmpxchg${W}`, OpInfo>;
}

type RmwKind = "add" | "sub" | "and" | "or" | "xor" | "nand" | "xchg";

export const OPS = {
  // constants and moves
  "const.i32": op("i32", "", "r[dst] = imm"),
  "const.i64": op("i64", "", "r[dst] = immHi:imm"),
  "const.f32": op("f32", "", "r[dst] = float with bits imm"),
  "const.f64": op("f64", "", "r[dst] = double with bits immHi:imm"),
  mov: op("any", "any", "r[dst] = r[a]", "Both registers have the same type."),
  select: op("any", "i32 any any", "r[dst] = r[a] != 0 ? r[b] : r[c]"),
  "addr.global": op(
    "i64",
    "",
    "r[dst] = address of global immHi, plus imm",
    "A per-CPU variable gives its cookie.",
  ),
  "addr.local": op("i64", "", "r[dst] = address of slot immHi of this frame, plus imm"),
  "addr.func": op("i64", "", "r[dst] = address of function imm"),
  "addr.label": op(
    "i64",
    "",
    "r[dst] = value of label: block imm",
    "The value is imm + 1, also in the image; jmp.label takes it back. A block of a function without computed goto may be gone: its label then is a constant.",
  ),

  ...integerOps("i32"),
  ...integerOps("i64"),
  "i64.ext32_s": op("i64", "i64", "r[dst] = sign-extended low 32 bits"),

  // what the C promises
  "check.i32": op(null, "i32", "report immHi (see Check) if r[a] >= imm (unsigned)", CHECK, SITE),
  "check.i64": op(null, "i64", "report immHi (see Check) if r[a] >= imm (unsigned)", CHECK, SITE),
  "check.index": op(
    null,
    "i64 i64",
    "report an index out of bounds if r[a] >= imm (unsigned)",
    "r[b] is the element's address. Where immHi bytes there may not be accessed the access will be reported, and the index is not. The run goes on.",
    SITE,
  ),
  "check.stored32": op(
    null,
    "i32 i64",
    "the ones of r[a] are bits that nobody has set, of what was just stored at r[b] + imm",
    "immHi bytes. Follows the store of a value that uninitialised.ts follows in registers: from here on memory's shadow has it. No report.",
    SITE,
  ),
  "check.stored64": op(
    null,
    "i64 i64",
    "the ones of r[a] are bits that nobody has set, of what was just stored at r[b] + imm",
    "As check.stored32.",
    SITE,
  ),
  undef: op(
    "any",
    "",
    "r[dst] becomes a value that nobody has set",
    "In drafts only: a variable without initialiser begins its life. The register keeps its content; uninitialised.ts turns it into checks.",
  ),
  ...floatOps("f32"),
  ...floatOps("f64"),

  // conversions
  "i32.wrap": op("i32", "i64", "r[dst] = low 32 bits of r[a]"),
  "i64.extend_s": op("i64", "i32", "r[dst] = r[a] sign-extended"),
  "i64.extend_u": op("i64", "i32", "r[dst] = r[a] zero-extended"),
  "i32.trunc_f32_s": op("i32", "f32", "r[dst] = (int32_t)r[a]", "Out of range: 0x80000000, as x86."),
  "i32.trunc_f32_u": op(
    "i32",
    "f32",
    "r[dst] = (uint32_t)r[a]",
    "Out of range: the low half of the 64-bit conversion, as gcc on x86-64.",
  ),
  "i32.trunc_f64_s": op("i32", "f64", "r[dst] = (int32_t)r[a]", "Out of range: 0x80000000, as x86."),
  "i32.trunc_f64_u": op(
    "i32",
    "f64",
    "r[dst] = (uint32_t)r[a]",
    "Out of range: the low half of the 64-bit conversion, as gcc on x86-64.",
  ),
  "i64.trunc_f32_s": op("i64", "f32", "r[dst] = (int64_t)r[a]", "Out of range: 0x8000000000000000, as x86."),
  "i64.trunc_f32_u": op("i64", "f32", "r[dst] = (uint64_t)r[a]"),
  "i64.trunc_f64_s": op("i64", "f64", "r[dst] = (int64_t)r[a]", "Out of range: 0x8000000000000000, as x86."),
  "i64.trunc_f64_u": op("i64", "f64", "r[dst] = (uint64_t)r[a]"),
  "f32.convert_i32_s": op("f32", "i32", "r[dst] = (float)(int32_t)r[a]"),
  "f32.convert_i32_u": op("f32", "i32", "r[dst] = (float)(uint32_t)r[a]"),
  "f32.convert_i64_s": op("f32", "i64", "r[dst] = (float)(int64_t)r[a]"),
  "f32.convert_i64_u": op("f32", "i64", "r[dst] = (float)(uint64_t)r[a]"),
  "f64.convert_i32_s": op("f64", "i32", "r[dst] = (double)(int32_t)r[a]"),
  "f64.convert_i32_u": op("f64", "i32", "r[dst] = (double)(uint32_t)r[a]"),
  "f64.convert_i64_s": op("f64", "i64", "r[dst] = (double)(int64_t)r[a]"),
  "f64.convert_i64_u": op("f64", "i64", "r[dst] = (double)(uint64_t)r[a]"),
  "f32.demote": op("f32", "f64", "r[dst] = (float)r[a]"),
  "f64.promote": op("f64", "f32", "r[dst] = (double)r[a]"),
  "i32.reinterpret_f32": op("i32", "f32", "r[dst] = bits of r[a]"),
  "i64.reinterpret_f64": op("i64", "f64", "r[dst] = bits of r[a]"),
  "f32.reinterpret_i32": op("f32", "i32", "r[dst] = float with bits r[a]"),
  "f64.reinterpret_i64": op("f64", "i64", "r[dst] = double with bits r[a]"),

  // memory
  "load.i8_s": load("i32", "sign-extended byte"),
  "load.i8_u": load("i32", "zero-extended byte"),
  "load.i16_s": load("i32", "sign-extended 2 bytes"),
  "load.i16_u": load("i32", "zero-extended 2 bytes"),
  "load.i32": load("i32", "4 bytes"),
  "load.i64": load("i64", "8 bytes"),
  "load.f32": load("f32", "4 bytes"),
  "load.f64": load("f64", "8 bytes"),
  "store.i8": store("i32", "low byte"),
  "store.i16": store("i32", "low 2 bytes"),
  "store.i32": store("i32", "4 bytes"),
  "store.i64": store("i64", "8 bytes"),
  "store.f32": store("f32", "4 bytes"),
  "store.f64": store("f64", "8 bytes"),
  ...rmwOps(8),
  ...rmwOps(16),
  ...rmwOps(32),
  ...rmwOps(64),
  fence: op(
    null,
    "",
    "memory barrier imm (an __ATOMIC_* order)",
    "Orders nothing further under sequential consistency; counted as a cost.",
    SITE,
  ),
  memcpy: op(
    null,
    "i64 i64 i64",
    "copy r[c] bytes from r[b] to r[a]",
    "Reachable memory: a load and a store of at most 8 bytes each, in ascending order. Overlap is copied ascending.",
    SITE,
  ),
  memmove: op(
    null,
    "i64 i64 i64",
    "copy r[c] bytes from r[b] to r[a], as if through a buffer",
    "Chunks run downwards if r[a] lies inside the source.",
    SITE,
  ),
  memset: op(
    null,
    "i64 i32 i64",
    "fill r[c] bytes at r[a] with r[b]",
    "Stores of at most 8 bytes each, in ascending order.",
    SITE,
  ),
  "local.begin": op(
    null,
    "i64",
    "nobody has set the immHi bytes at r[a]",
    "A local without initialiser begins its life; no step of its own. Its loads and stores are watched until local.end.",
    SITE,
  ),
  "local.end": op(
    null,
    "i64",
    "the immHi bytes at r[a] are watched no more",
    "In front of the function's return; no step of its own.",
    SITE,
  ),
  "stack.alloc": op(
    "i64",
    "i64",
    "r[dst] = address of r[a] fresh bytes in this frame",
    "Aligned to 16; lives until stack.restore or return. alloca and variable-length arrays.",
    SITE,
  ),
  "stack.save": op("i64", "", "r[dst] = mark of this frame's dynamic part"),
  "stack.restore": op(null, "i64", "drop what was allocated since mark r[a]"),

  // calls
  call: op(
    "any",
    "",
    "r[dst] = function imm (args)",
    "dst is -1 when there is no result or it is not used.",
    SITE,
  ),
  calli: op(
    "any",
    "i64",
    "r[dst] = function at r[a] (args)",
    "The callee's parameter and result types must match the registers: else fatal, as a bad function pointer. imm 1: the C knows no prototype, and what the callee does not take is dropped.",
    SITE,
  ),
  kop: op(
    "any",
    "",
    "r[dst] = kernel operation imm (args)",
    "What it does, when it may go on and what it touches is the object's business.",
    SITE,
  ),
  decimal: op(
    "any",
    "",
    "r[dst] = word immHi of decimal operation imm (args)",
    "Decimal floating point on bits: see interpreter/decimal/operations.ts. A value of 128 bits is two words.",
    SITE,
  ),
  setjmp: op(
    "i32",
    "i64",
    "r[dst] = 0 now, the value of longjmp later; r[a] is the buffer",
    "The buffer holds frame and point. There is always a dst.",
    SITE,
  ),
  longjmp: op(null, "i64 i32", "go on behind the setjmp of buffer r[a] with value r[b], or 1 for 0", "", {
    terminator: true,
    site: true,
  }),

  // control
  jmp: op(null, "", "go to targets[0]", "", TERM),
  br: op(null, "i32", "go to r[a] != 0 ? targets[0] : targets[1]", "", TERM),
  "switch.i32": op(null, "i32", "go to the target whose case equals r[a], else targets[0]", "", TERM),
  "switch.i64": op(null, "i64", "go to the target whose case equals r[a], else targets[0]", "", TERM),
  "jmp.label": op(
    null,
    "i64",
    "go to the block whose addr.label value is r[a]",
    "targets lists all blocks whose address is taken.",
    TERM,
  ),
  ret: op(null, "", "return r[a], or nothing when a is -1", "", TERM),
  trap: op(null, "", "stop: reason imm (see Trap)", "Fatal; the reason is printed with the place.", {
    terminator: true,
    site: true,
  }),
} as const satisfies Record<string, OpInfo>;

export type Opcode = keyof typeof OPS;

/** `imm` of a calli whose function type has no prototype. */
export const CALL_UNPROTOTYPED = 1;

/** Reasons of `trap`. */
export const Trap = {
  /** __builtin_unreachable() or the end of a noreturn function was reached. */
  Unreachable: 1,
  /** The end of a non-void function was reached and its value is used. */
  NoReturn: 2,
  /** __builtin_trap(), abort(). */
  Abort: 3,
  /** A variable-length array of zero or negative size. */
  BadVla: 4,
} as const;

/** What `check` reports. */
export const Check = {
  /** An index that the declared array does not have. */
  Bounds: 1,
  /** A byte that is neither 0 nor 1 read as _Bool. */
  Bool: 2,
  /** __builtin_clz() and __builtin_ctz() of zero. */
  Builtin: 3,
  /** A variable-length array of no elements. */
  VlaBound: 4,
  /** A value that nobody has set decides something. */
  Uninitialised: 5,
} as const;
