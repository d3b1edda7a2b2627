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
	schedule(); rcu_read_unlock();
	return 0;
}
