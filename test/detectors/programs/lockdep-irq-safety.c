// SPDX-License-Identifier: MIT
/*
 * A callback in softirq context takes a lock that a task holds with bottom halves on.
 * finding: inconsistent lock state in reclaim
 * finding: INFO: task hung in reclaim
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static struct rcu_head head;
static int done;

static void reclaim(struct rcu_head *unused)
{
	spin_lock(&lock);
	done++;
	spin_unlock(&lock);
}

void cpu0(void)
{
	call_rcu(&head, reclaim);
	spin_lock(&lock); done++; spin_unlock(&lock);
}
