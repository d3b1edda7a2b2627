// __attribute__((...)): the ones that change what a program means are read into a record, those that are advice
// to an optimiser or a checker are accepted, and unknown ones are named in a warning, as gcc does.

import type * as ast from "../syntax/ast.js";
import { integerOf } from "./constant.js";
import type { Context } from "./context.js";
import { isPlace } from "./convert.js";
import { BIGGEST_ALIGNMENT } from "./layout.js";

export interface Attributes {
  packed: boolean;
  /** In bytes; 0 where not given. */
  align: number;
  section: string | null;
  noreturn: boolean;
  weak: boolean;
  alias: { readonly name: string; readonly at: number } | null;
  cleanup: { readonly name: string; readonly at: number } | null;
  alwaysInline: boolean;
  noinline: boolean;
  gnuInline: boolean;
  noInstrument: boolean;
  /** __attribute__((constructor)) and destructor: their priority, or null. */
  startPriority: number | null;
  endPriority: number | null;
  /** A machine mode such as "DI", without underscores, or null. */
  mode: string | null;
  transparentUnion: boolean;
  /** scalar_storage_order("big-endian") */
  reversed: boolean;
  used: boolean;
  unused: boolean;
  warnUnusedResult: boolean;
  /** __attribute__((error("text"))) and warning: a call that is left in the program is reported. */
  error: string | null;
  warning: string | null;
  /** What to use instead; "" where that is not said. */
  deprecated: string | null;
  /** printf-like: index of the format and of the first argument, from 1. */
  format: { readonly format: number; readonly first: number } | null;
  /** Parameters that must not be null, from 1; none: all of them. Null: nothing is said. */
  nonnull: readonly number[] | null;
}

function none(): Attributes {
  return {
    packed: false,
    align: 0,
    section: null,
    noreturn: false,
    weak: false,
    alias: null,
    cleanup: null,
    alwaysInline: false,
    noinline: false,
    gnuInline: false,
    noInstrument: false,
    startPriority: null,
    endPriority: null,
    mode: null,
    transparentUnion: false,
    reversed: false,
    used: false,
    unused: false,
    warnUnusedResult: false,
    error: null,
    warning: null,
    deprecated: null,
    format: null,
    nonnull: null,
  };
}

export const NO_ATTRIBUTES: Readonly<Attributes> = none();

/** Accepted without effect: advice for the optimiser, the linker, sparse and other checkers. */
const IGNORED = new Set(
  `access address_space alloc_align alloc_size artificial assume_aligned bitwise btf_type_tag cold
  common const context copy counted_by designated_init destructor_ignored element_count externally_visible
  fallthrough fd_arg flatten force format_arg hot indirect_return leaf malloc may_alias naked_ignored
  no_caller_saved_registers no_icf no_profile_instrument_function no_reorder
  no_sanitize no_sanitize_address no_sanitize_coverage no_sanitize_memory no_sanitize_thread
  no_sanitize_undefined no_split_stack no_stack_limit no_stack_protector noclone nocast nocf_check nocommon
  noderef noipa nonstring noplt nothrow optimize params pure randomize_layout
  no_randomize_layout require_context retain returns_nonnull returns_twice safe
  sentinel simd stack_protect tainted_args target target_clones tls_model unavailable
  patchable_function_entry visibility warn_if_not_aligned zero_call_used_regs iterator user kernel rcu
  percpu iomem nodebug overloadable disable_sanitizer_instrumentation gnu_printf preserve_access_index
  smplab_entry smplab_marked no_builtin nosplit regparm cdecl stdcall fastcall ms_abi sysv_abi
  function_return indirect_branch cf_check malloc_like tag_kind noescape`.split(/\s+/),
);

/** Refused: the program would mean something else without them. */
const UNSUPPORTED = new Set([
  "vector_size",
  "ifunc",
  "naked",
  "interrupt",
  "ms_struct",
  "destructor_priority",
]);

export function readAttributes(cx: Context, ...lists: (readonly ast.Attribute[])[]): Readonly<Attributes> {
  let result: Attributes | null = null;
  for (const list of lists) {
    for (const attribute of list) {
      result ??= none();
      readOne(cx, attribute, result);
    }
  }
  return result ?? NO_ATTRIBUTES;
}

/** Both together; the second one wins where they differ. */
/**
 * The attributes of a declarator: behind it, and behind the `*` that stands in front of its name, also of a
 * function's, as in `void *__must_check f(void)`.
 */
export function declaratorAttributes(cx: Context, declarator: ast.Declarator): Readonly<Attributes> {
  const [first, second] = declarator.parts;
  const pointer = first?.kind === "FunctionPart" ? second : first;
  if (pointer?.kind !== "PointerPart" || pointer.attributes.length === 0) {
    return readAttributes(cx, declarator.attributes);
  }
  return readAttributes(cx, pointer.attributes, declarator.attributes);
}

export function mergeAttributes(a: Readonly<Attributes>, b: Readonly<Attributes>): Readonly<Attributes> {
  if (a === NO_ATTRIBUTES) return b;
  if (b === NO_ATTRIBUTES) return a;
  const result = { ...a } as Record<string, unknown>;
  for (const [key, value] of Object.entries(b)) {
    if (key === "align") result.align = Math.max(a.align, b.align);
    else if (value !== null && value !== false) result[key] = value;
  }
  return result as unknown as Attributes;
}

function readOne(cx: Context, attribute: ast.Attribute, into: Attributes): void {
  const { name, args } = attribute;
  switch (name) {
    case "packed":
      into.packed = true;
      return;
    case "aligned":
      into.align = Math.max(into.align, args.length === 0 ? BIGGEST_ALIGNMENT : alignment(cx, args[0]!));
      return;
    case "section":
      into.section = text(cx, attribute);
      return;
    case "noreturn":
      into.noreturn = true;
      return;
    case "weak":
      into.weak = true;
      return;
    case "alias":
      into.alias = { name: text(cx, attribute) ?? "", at: attribute.first };
      return;
    case "cleanup": {
      const argument = args[0];
      if (argument?.kind === "Name") into.cleanup = { name: argument.name, at: argument.first };
      else cx.error(attribute.first, "cleanup argument not an identifier");
      return;
    }
    case "always_inline":
      into.alwaysInline = true;
      return;
    case "noinline":
      into.noinline = true;
      return;
    case "gnu_inline":
      into.gnuInline = true;
      return;
    case "mode": {
      const argument = args[0];
      if (argument?.kind === "Name") into.mode = argument.name.replace(/^__|__$/g, "");
      return;
    }
    case "transparent_union":
      into.transparentUnion = true;
      return;
    case "used":
      into.used = true;
      return;
    case "unused":
      into.unused = true;
      return;
    case "nonnull":
      into.nonnull = attribute.args.flatMap((arg) => {
        const index = cx.upward.expr(arg);
        return !isPlace(index) && index.kind === "int" ? [Number(index.value)] : [];
      });
      return;
    case "warn_unused_result":
      into.warnUnusedResult = true;
      return;
    case "error":
      into.error = text(cx, attribute);
      return;
    case "warning":
      into.warning = text(cx, attribute);
      return;
    case "deprecated":
      into.deprecated = attribute.args.length > 0 ? (text(cx, attribute) ?? "") : "";
      return;
    case "format":
      readFormat(cx, attribute, into);
      return;
    case "no_instrument_function":
      into.noInstrument = true;
      return;
    case "constructor":
      into.startPriority = priority(cx, attribute);
      return;
    case "destructor":
      into.endPriority = priority(cx, attribute);
      return;
    case "scalar_storage_order": {
      const order = text(cx, attribute);
      if (order === "big-endian") into.reversed = true;
      else if (order !== null && order !== "little-endian") {
        const wanted = `'${name}' argument must be one of 'big-endian' or 'little-endian'`;
        cx.error(attribute.first, `attribute ${wanted}`);
      }
      return;
    }
  }
  if (UNSUPPORTED.has(name)) cx.error(attribute.first, `attribute '${name}' is not supported`);
  else if (!IGNORED.has(name))
    cx.warning("-Wattributes", attribute.first, `'${name}' attribute directive ignored`);
}

/** Of a constructor or destructor: those without one come last, or first. */
const LAST_PRIORITY = 65535;

function priority(cx: Context, attribute: ast.Attribute): number {
  const argument = attribute.args[0];
  if (argument === undefined) return LAST_PRIORITY;
  const value = cx.upward.expr(argument);
  if (value.kind === "int" && value.value >= 0n && value.value <= LAST_PRIORITY) return Number(value.value);
  const range = `integers from 0 to ${LAST_PRIORITY} inclusive`;
  cx.error(attribute.first, `${attribute.name} priorities must be ${range}`);
  return LAST_PRIORITY;
}

/** The value of a constant alignment; 0 after an error. */
export function alignment(cx: Context, node: ast.Expr): number {
  const operand = cx.upward.expr(node);
  if (isPlace(operand) || operand.kind !== "int" || integerOf(operand.type) === null) {
    if (operand.kind !== "invalid") cx.error(node.first, "requested alignment is not an integer constant");
    return 0;
  }
  const value = operand.value;
  if (value === 0n) return 0;
  if (value < 0n || (value & (value - 1n)) !== 0n) {
    cx.error(node.first, `requested alignment '${value}' is not a positive power of 2`);
    return 0;
  }
  if (value > 1n << 28n) {
    cx.error(node.first, `requested alignment '${value}' exceeds maximum 268435456`);
    return 0;
  }
  return Number(value);
}

function text(cx: Context, attribute: ast.Attribute): string | null {
  const argument = attribute.args[0];
  if (argument?.kind === "StringLiteral") return stringText(argument);
  cx.error(attribute.first, `'${attribute.name}' attribute argument not a string`);
  return null;
}

export function stringText(literal: ast.StringLiteral): string {
  return String.fromCharCode(...literal.units);
}

function readFormat(cx: Context, attribute: ast.Attribute, into: Attributes): void {
  const [archetype, format, first] = attribute.args;
  if (archetype?.kind !== "Name" || format === undefined || first === undefined) return;
  if (!/^_*(gnu_)?printf_*$/.test(archetype.name)) return;
  const a = cx.upward.expr(format);
  const b = cx.upward.expr(first);
  if (a.kind === "int" && b.kind === "int") into.format = { format: Number(a.value), first: Number(b.value) };
}
