// SPDX-License-Identifier: MIT
/*
 * A lock that a softirq takes is held while one is taken that softirqs may interrupt.
 * finding: possible deadlock in cpu0
 */
#include <linux/rcupdate.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(safe);
static DEFINE_SPINLOCK(unsafe);
static struct rcu_head head;
static int done;

static void reclaim(struct rcu_head *unused)
{
	spin_lock(&safe);
	done++;
	spin_unlock(&safe);
}

void cpu0(void)
{
	call_rcu(&head, reclaim);
	spin_lock_bh(&safe);
	spin_lock(&unsafe);
	done++;
	spin_unlock(&unsafe);
	spin_unlock_bh(&safe);
	rcu_barrier();
	spin_lock(&unsafe); spin_unlock(&unsafe);
}
