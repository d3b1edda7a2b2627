// SPDX-License-Identifier: MIT
/*
 * The object is freed behind a grace period, but the reader's section ends too early.
 * finding: KASAN: slab-use-after-free Read in cpu1
 */
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item { int key; struct rcu_head rcu; };
static struct item __rcu *shared;
static int seen;

static void reclaim(struct rcu_head *head)
{
	kfree(container_of(head, struct item, rcu));
}

void setup(void)
{
	shared = kzalloc(sizeof(struct item), GFP_KERNEL);
}

void cpu0(void)
{
	struct item *old = rcu_dereference_protected(shared, 1);

	rcu_assign_pointer(shared, NULL);
	call_rcu(&old->rcu, reclaim);
}

void cpu1(void)
{
	struct item *p;

	rcu_read_lock();
	p = rcu_dereference(shared);
	barrier();
	if (p)
		seen = READ_ONCE(p->key);
	rcu_read_unlock();
}
