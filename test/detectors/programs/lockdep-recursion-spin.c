// SPDX-License-Identifier: MIT
/*
 * A function takes the lock that its caller holds.
 * finding: BUG: spinlock recursion in count
 * finding: INFO: task hung in count
 */
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(other);
static int n;

static void count(void)
{
	spin_lock(&other);
	n++;
	spin_unlock(&other);
}

void cpu0(void)
{
	spin_lock(&other);
	count();
	spin_unlock(&lock);
}
