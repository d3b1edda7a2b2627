// SPDX-License-Identifier: MIT
/*
 * The reader keeps its pointer beyond the reader section that protected it.
 * finding: KASAN: slab-use-after-free Read in cpu1
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item { int a, b; };
static struct item __rcu *shared;
static int seen;

void setup(void)
{
	shared = kzalloc(sizeof(struct item), GFP_KERNEL);
}

void cpu0(void)
{
	struct item *old = rcu_dereference_protected(shared, 1);

	rcu_assign_pointer(shared, NULL);
	barrier();
	kfree(old);
}

void cpu1(void)
{
	struct item *p;

	rcu_read_lock();
	p = rcu_dereference(shared);
	if (p)
		seen = READ_ONCE(p->b);
	rcu_read_unlock();
}
