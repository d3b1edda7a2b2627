// SPDX-License-Identifier: MIT
/*
 * A second writer waits until the scope is left; with one condition less it does not.
 * finding: KCSAN: assert: race in cpu1 / update
 */
#include <linux/kcsan-checks.h>

static int owner;
static int left;

static void update(void)
{
	ASSERT_EXCLUSIVE_ACCESS_SCOPED(owner);
	WRITE_ONCE(owner, 1);
}

void cpu0(void)
{
	update();
	WRITE_ONCE(left, 1);
}

void cpu1(void)
{
	if (READ_ONCE(left) != 2)
		WRITE_ONCE(owner, 2);
}
