// SPDX-License-Identifier: MIT
/*
 * The object becomes visible before its last member is set.
 * finding: KMSAN: uninit-value in cpu1
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct item { int key; char name[3]; };
static struct item __rcu *shared;
static int seen;

void cpu0(void)
{
	struct item *p = kmalloc(sizeof(*p), GFP_KERNEL);

	p->key = 7;
	p->name[0] = 'x';
	p->name[1] = 0;
	rcu_assign_pointer(shared, p); p->name[2] = 0;
}

void cpu1(void)
{
	struct item *p;

	rcu_read_lock();
	p = rcu_dereference(shared);
	if (p && p->key + p->name[0] + p->name[2] > 7)
		seen = 1;
	rcu_read_unlock();
}
