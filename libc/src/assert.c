/* SPDX-License-Identifier: MIT */
/* A failed assert() says so where glibc does and ends the run. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

void __smplab_assert(const char *condition, const char *file, unsigned int line, const char *function)
{
	fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function, condition);
}

void __assert_fail(const char *condition, const char *file, unsigned int line, const char *function)
{
	__smplab_assert(condition, file, line, function);
	abort();
}
