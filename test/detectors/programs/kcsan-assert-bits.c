// SPDX-License-Identifier: MIT
/*
 * One side says that nobody changes the type in the low bits while it looks at it; the other sets a flag above them, or
 * changes the type.
 * finding: KCSAN: assert: race in cpu0 / cpu1
 */
#include <linux/kcsan-checks.h>

#define TYPE_MASK 0x0f

static unsigned int flags = 0x02;
static unsigned int type;

void cpu0(void)
{
	ASSERT_EXCLUSIVE_BITS(flags, TYPE_MASK);
	type = flags & TYPE_MASK;
}

void cpu1(void)
{
	WRITE_ONCE(flags, READ_ONCE(flags) | 0x11);
}
