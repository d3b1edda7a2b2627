// What __has_attribute, __has_c_attribute and __has_builtin answer: gcc 12's names for C on a target without
// attributes or builtins of its own.

const ATTRIBUTES = new Set(
  (
    "access alias aligned alloc_align alloc_size always_inline artificial assume_aligned cleanup cold common const " +
    "constructor copy deprecated designated_init destructor error externally_visible fallthrough flatten " +
    "format format_arg gnu_inline hot ifunc leaf malloc may_alias mode naked no_address_safety_analysis no_icf " +
    "no_instrument_function no_profile_instrument_function no_reorder no_sanitize no_sanitize_address " +
    "no_sanitize_coverage no_sanitize_thread no_sanitize_undefined no_split_stack no_stack_limit " +
    "no_stack_protector noclone nocommon noinit noinline noipa nonnull nonstring noplt noreturn nothrow objc_nullability " +
    "optimize packed patchable_function_entry persistent pure returns_nonnull returns_twice retain " +
    "scalar_storage_order section sentinel simd stack_protect symver target target_clones tls_model " +
    "transparent_union unavailable uninitialized unused used vector_size visibility volatile warn_if_not_aligned " +
    "warn_unused_result warning weak weakref zero_call_used_regs"
  ).split(" "),
);

const C_ATTRIBUTES: Readonly<Record<string, number>> = {
  ...{ deprecated: 201904, fallthrough: 201904, maybe_unused: 201904, nodiscard: 202003 },
};

/** The answer of __has_attribute for a name, with or without the underscores around it. */
export function hasAttribute(name: string): number {
  return ATTRIBUTES.has(bare(name)) ? 1 : 0;
}

/** The answer of __has_c_attribute for a name without a scope. */
export function hasStandardAttribute(name: string): number {
  const known = bare(name);
  return Object.hasOwn(C_ATTRIBUTES, known) ? C_ATTRIBUTES[known]! : 0;
}

function bare(name: string): string {
  return name.length > 4 && name.startsWith("__") && name.endsWith("__") ? name.slice(2, -2) : name;
}

const LIBRARY =
  "abort abs alloca bcmp bcopy bzero calloc exit _exit fabs fabsf fabsl ffs ffsl ffsll fprintf fputc fputs free " +
  "fwrite imaxabs index isalnum isalpha isascii isblank iscntrl isdigit isgraph islower isprint ispunct isspace " +
  "isupper isxdigit labs llabs malloc memchr memcmp memcpy memmove mempcpy memset posix_memalign printf putchar " +
  "puts realloc rindex scanf signbit snprintf sprintf sqrt sqrtf sqrtl sscanf stpcpy stpncpy strcasecmp strcat " +
  "strchr strcmp strcpy strcspn strdup strlen strncasecmp strncat strncmp strncpy strndup strnlen strpbrk strrchr " +
  "strspn strstr toascii tolower toupper vfprintf vprintf vscanf vsnprintf vsprintf vsscanf";

const BUILTINS = new Set([
  ...LIBRARY.split(" ").flatMap((name) => [name, `__builtin_${name}`]),
  ...prefixed(
    "__builtin_",
    "FILE FUNCTION LINE _Exit add_overflow add_overflow_p sub_overflow sub_overflow_p mul_overflow mul_overflow_p sadd_overflow saddl_overflow " +
      "saddll_overflow uadd_overflow uaddl_overflow uaddll_overflow ssub_overflow ssubl_overflow ssubll_overflow " +
      "usub_overflow usubl_overflow usubll_overflow smul_overflow smull_overflow smulll_overflow umul_overflow " +
      "umull_overflow umulll_overflow alloca_with_align alloca_with_align_and_max apply apply_args assoc_barrier " +
      "assume_aligned bswap16 bswap32 bswap64 bswap128 choose_expr classify_type clear_padding " +
      "clrsb clrsbl clrsbll clz clzl clzll constant_p convertvector ctz ctzl ctzll dwarf_cfa dwarf_sp_column " +
      "dynamic_object_size eh_return expect expect_with_probability extend_pointer extract_return_addr " +
      "frame_address frob_return_addr fpclassify has_attribute huge_val huge_valf huge_vall " +
      "inf inff infl init_dwarf_reg_size_table isfinite isgreater isgreaterequal isinf isinf_sign isless islessequal " +
      "islessgreater isnan isnormal isunordered longjmp nan nanf nanl nans nansf nansl next_arg object_size offsetof " +
      "parity parityl parityll popcount popcountl popcountll powi powif powil prefetch return return_address " +
      "saveregs setjmp shuffle shufflevector speculation_safe_value stack_restore stack_save trap " +
      "types_compatible_p unreachable unwind_init update_setjmp_buf va_arg_pack va_arg_pack_len va_copy va_end " +
      "va_start",
  ),
  "__builtin___clear_cache",
  "__builtin___memcpy_chk",
  "__builtin___memmove_chk",
  "__builtin___memset_chk",
  "__builtin___strcpy_chk",
  "__builtin___strcat_chk",
  "__builtin___strncpy_chk",
  "__builtin___strncat_chk",
  "__builtin___sprintf_chk",
  "__builtin___snprintf_chk",
  ...sized("fetch_and_add fetch_and_sub fetch_and_or fetch_and_and fetch_and_xor fetch_and_nand"),
  ...sized("add_and_fetch sub_and_fetch or_and_fetch and_and_fetch xor_and_fetch nand_and_fetch"),
  ...sized("bool_compare_and_swap val_compare_and_swap lock_test_and_set lock_release"),
  "__sync_synchronize",
  ...prefixed(
    "__atomic_",
    "always_lock_free is_lock_free load load_n store store_n exchange exchange_n compare_exchange " +
      "compare_exchange_n add_fetch sub_fetch and_fetch or_fetch xor_fetch nand_fetch fetch_add fetch_sub fetch_and " +
      "fetch_or fetch_xor fetch_nand test_and_set clear thread_fence signal_fence",
  ),
]);

function prefixed(prefix: string, names: string): string[] {
  return names.split(" ").map((name) => prefix + name);
}

/** The __sync family: each generic and for 1, 2, 4, 8 and 16 bytes. */
function sized(names: string): string[] {
  return prefixed("__sync_", names).flatMap((name) => [
    name,
    ...[1, 2, 4, 8, 16].map((size) => `${name}_${size}`),
  ]);
}

export function hasBuiltin(name: string): number {
  return BUILTINS.has(name) ? 1 : 0;
}
