// SPDX-License-Identifier: MIT
/*
 * A protected pointer is followed outside of a reader section.
 * finding: WARNING: suspicious RCU usage in cpu1
 */
#include <linux/rcupdate.h>

static int one = 1;
static int __rcu *shared = &one;
static int seen;

void cpu0(void)
{
	rcu_assign_pointer(shared, NULL);
}

void cpu1(void)
{
	int *p;

	rcu_read_lock();
	rcu_read_unlock(); p = rcu_dereference(shared);
	seen = p != NULL;
}
