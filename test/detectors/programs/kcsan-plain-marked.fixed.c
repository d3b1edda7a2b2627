// SPDX-License-Identifier: MIT
/*
 * A marked read meets a plain write.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/compiler.h>

static int flag;
static int seen;

void cpu0(void)
{
	WRITE_ONCE(flag, 1);
}

void cpu1(void)
{
	seen = READ_ONCE(flag);
}
