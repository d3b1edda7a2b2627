// SPDX-License-Identifier: MIT
/*
 * The update side claims a lock that it does not hold.
 * finding: WARNING: suspicious RCU usage in main
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static int one = 1;
static int __rcu *shared = &one;

int main(void)
{
	int *p;

	spin_lock(&lock);
	spin_unlock(&lock); p = rcu_dereference_protected(shared, lockdep_is_held(&lock)); spin_lock(&lock);
	spin_unlock(&lock);
	return *p - 1;
}
