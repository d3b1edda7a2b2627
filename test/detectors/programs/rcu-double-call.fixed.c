// SPDX-License-Identifier: MIT
/*
 * Both CPUs remove the same object, so one callback is queued twice.
 * finding: WARNING: ODEBUG bug in call_rcu
 * finding: KCSAN: data-race in call_rcu / call_rcu
 * finding: KCSAN: data-race in call_rcu / rcu_do_batch
 */
#include <linux/atomic.h>
#include <linux/rcupdate.h>

struct item { int key; struct rcu_head rcu; };
static struct item one;
static struct item *shared = &one;

static void reclaim(struct rcu_head *head)
{
}

static void drop(void)
{
	struct item *old = READ_ONCE(shared);

	old = xchg(&shared, NULL);
	if (old)
		call_rcu(&old->rcu, reclaim);
}

void cpu0(void)
{
	drop();
}

void cpu1(void)
{
	drop();
}
