// SPDX-License-Identifier: MIT
/*
 * A scope claims a variable for itself alone; another task reads it, marked.
 * finding: KCSAN: assert: race in cpu0 / cpu1
 */
#include <linux/compiler.h>
#include <linux/kcsan-checks.h>

static int count, seen, steps;

void cpu0(void)
{
	ASSERT_EXCLUSIVE_ACCESS_SCOPED(count);

	WRITE_ONCE(steps, 1);
	WRITE_ONCE(steps, 2);
}

void cpu1(void)
{
	WRITE_ONCE(seen, 0);
}
