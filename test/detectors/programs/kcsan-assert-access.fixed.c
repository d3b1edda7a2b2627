// SPDX-License-Identifier: MIT
/*
 * Nobody else may even look while the object is being taken down.
 * finding: KCSAN: assert: race in cpu0 / cpu1
 */
#include <linux/kcsan-checks.h>
#include <linux/atomic.h>

static int state;
static atomic_t users = ATOMIC_INIT(1);
static int seen;

void cpu0(void)
{
	if (!atomic_dec_and_test(&users))
		return;
	ASSERT_EXCLUSIVE_ACCESS(state);
	WRITE_ONCE(state, 0);
}

void cpu1(void)
{
	if (atomic_inc_not_zero(&users)) {
		seen = READ_ONCE(state);
	}
}
