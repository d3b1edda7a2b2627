// SPDX-License-Identifier: MIT
/*
 * The reader waits, inside its section, for what comes behind the grace period.
 * finding: INFO: task hung in cpu0
 * finding: INFO: rcu detected stall in cpu1
 */
#include <linux/rcupdate.h>
#include <asm/processor.h>

static int stop;

void cpu0(void)
{
	synchronize_rcu(); WRITE_ONCE(stop, 1);
}

void cpu1(void)
{
	rcu_read_lock();
	while (!READ_ONCE(stop))
		cpu_relax();
	rcu_read_unlock();
}
