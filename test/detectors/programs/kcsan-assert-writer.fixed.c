// SPDX-License-Identifier: MIT
/*
 * The only writer says so; a second one writes, marked, so that it is no data race.
 * finding: KCSAN: assert: race in cpu0 / cpu1
 */
#include <linux/kcsan-checks.h>

static int owner;
static int seen;

void cpu0(void)
{
	ASSERT_EXCLUSIVE_WRITER(owner);
	WRITE_ONCE(owner, 1);
}

void cpu1(void)
{
	WRITE_ONCE(seen, READ_ONCE(owner));
}
