// SPDX-License-Identifier: MIT
/* Marked writes of two where one says that it is the only writer. */
#include <linux/compiler.h>
#include <linux/kcsan-checks.h>

static int go, x;

void cpu0(void)
{
	WRITE_ONCE(go, 1);
	ASSERT_EXCLUSIVE_WRITER(x);
	WRITE_ONCE(x, 1);
}

void cpu1(void)
{
	if (READ_ONCE(go))
		WRITE_ONCE(x, 2);
}
