// SPDX-License-Identifier: MIT
/*
 * Another one adds to what is claimed for a scope, with an atomic whose result it does not use.
 * finding: KCSAN: assert: race in cpu0 / update
 */
#include <linux/atomic.h>
#include <linux/kcsan-checks.h>

static atomic_t owner;
static atomic_t count;

static void update(void)
{
	ASSERT_EXCLUSIVE_WRITER_SCOPED(owner);
	atomic_inc(&count);
	atomic_inc(&count);
}

void cpu0(void)
{
	atomic_inc(&count);
	atomic_inc(&owner);
}

void cpu1(void)
{
	update();
}
