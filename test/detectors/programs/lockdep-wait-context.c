// SPDX-License-Identifier: MIT
/*
 * A spinlock, which sleeps on PREEMPT_RT, inside a raw one.
 * finding: BUG: Invalid wait context in main
 */
#include <linux/spinlock.h>

static DEFINE_RAW_SPINLOCK(outer);
static DEFINE_SPINLOCK(inner);
static DEFINE_RAW_SPINLOCK(raw_inner);

int main(void)
{
	raw_spin_lock(&outer);
	spin_lock(&inner); spin_unlock(&inner);
	raw_spin_unlock(&outer);
	return 0;
}
