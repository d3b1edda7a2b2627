// SPDX-License-Identifier: MIT
/*
 * A reader gives its CPU up.
 * finding: WARNING: suspicious RCU usage in main
 */
#include <linux/rcupdate.h>
#include <linux/sched.h>

int main(void)
{
	rcu_read_lock();
	rcu_read_unlock(); schedule();
	return 0;
}
