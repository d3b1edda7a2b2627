// SPDX-License-Identifier: MIT
/*
 * The only writer says so for a whole function; a second one writes while it does other things.
 * finding: KCSAN: assert: race in cpu1 / update
 */
#include <linux/kcsan-checks.h>

static int owner;
static int work;
static int seen;

static void update(void)
{
	ASSERT_EXCLUSIVE_WRITER_SCOPED(owner);
	WRITE_ONCE(owner, 1);
	WRITE_ONCE(work, 1);
	WRITE_ONCE(work, 2);
}

void cpu0(void)
{
	update();
	WRITE_ONCE(work, 3);
}

void cpu1(void)
{
	if (READ_ONCE(work) != 1)
		return;
	WRITE_ONCE(owner, 2);
}
