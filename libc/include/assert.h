/* SPDX-License-Identifier: MIT */
/* No guard: what assert() means follows NDEBUG at each inclusion. */
#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
/* It is said here that the program ends, so that its end is found where the assert() stands. */
#define assert(condition) \
	((condition) ? (void)0 : (__smplab_assert(#condition, __FILE__, __LINE__, __func__), abort()))
#endif
#undef static_assert
#define static_assert _Static_assert

void __smplab_assert(const char *condition, const char *file, unsigned int line, const char *function);
void abort(void) __attribute__((__noreturn__));
void __assert_fail(const char *condition, const char *file, unsigned int line, const char *function)
	__attribute__((__noreturn__));
