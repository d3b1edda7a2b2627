// SPDX-License-Identifier: MIT
/*
 * One section more is opened than is closed.
 * finding: WARNING: rcu_read_lock() without rcu_read_unlock() at exit
 */
#include <linux/rcupdate.h>

static int __rcu *shared;

int main(void)
{
	rcu_read_lock();
	rcu_read_lock();
	if (rcu_dereference(shared))
		return 1;
	rcu_read_unlock();
	return 0;
}
