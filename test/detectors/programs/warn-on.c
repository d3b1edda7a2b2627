// SPDX-License-Identifier: MIT
/*
 * A condition that holds in some order only.
 * finding: WARNING in cpu1
 */
#include <linux/bug.h>
#include <linux/compiler.h>

static int first, second;

void cpu0(void)
{
	WRITE_ONCE(second, 1); WRITE_ONCE(first, 1);
}

void cpu1(void)
{
	int s = READ_ONCE(second);
	int f = READ_ONCE(first);

	WARN_ON(s && !f);
}
