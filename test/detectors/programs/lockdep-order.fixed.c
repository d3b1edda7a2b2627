// SPDX-License-Identifier: MIT
/*
 * Both orders of two locks, one after the other in time: no run hangs.
 * finding: possible deadlock in main
 */
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);

static void both(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);
	spin_unlock(first);
	spin_lock(second);
	spin_unlock(second);
}

int main(void)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);
	both(&a, &b);
	spin_lock(&b);
	spin_unlock(&b); spin_lock(&a); spin_lock(&b);
	spin_unlock(&a);
	spin_unlock(&b);
	return 0;
}
