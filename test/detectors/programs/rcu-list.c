// SPDX-License-Identifier: MIT
/*
 * A list is walked when its reader section is over.
 * finding: WARNING: suspicious RCU usage in main
 */
#include <linux/rculist.h>

struct item { struct list_head link; int key; };
static LIST_HEAD(all);
static struct item one;

int main(void)
{
	struct item *p;
	int sum = 0;

	list_add_rcu(&one.link, &all);
	rcu_read_lock();
	rcu_read_unlock(); rcu_read_lock_held();
	list_for_each_entry_rcu(p, &all, link)
		sum += p->key;
	if (rcu_read_lock_held())
		rcu_read_unlock();
	return sum;
}
