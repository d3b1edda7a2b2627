// SPDX-License-Identifier: MIT
/*
 * What follows the assertion may look at the named bits only and needs no mark; the access behind that needs one again.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/kcsan-checks.h>

#define TYPE_MASK 0x0f

static unsigned int flags = 0x02;
static unsigned int type;

void cpu0(void)
{
	ASSERT_EXCLUSIVE_BITS(flags, TYPE_MASK);
	type = flags & TYPE_MASK;
	type += READ_ONCE(flags) & TYPE_MASK;
}

void cpu1(void)
{
	WRITE_ONCE(flags, READ_ONCE(flags) | 0x10);
}
