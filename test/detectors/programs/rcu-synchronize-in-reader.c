// SPDX-License-Identifier: MIT
/*
 * A grace period is waited for inside a reader section: it can never end.
 * finding: INFO: task hung in cpu0
 * finding: INFO: rcu detected stall in cpu0
 * finding: BUG: sleeping function called from invalid context in cpu0
 * finding: WARNING: suspicious RCU usage in cpu0
 */
#include <linux/rcupdate.h>

static int dummy;

void cpu0(void)
{
	rcu_read_lock();
	synchronize_rcu(); rcu_read_unlock();
	dummy = 1;
}
