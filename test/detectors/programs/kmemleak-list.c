// SPDX-License-Identifier: MIT
/*
 * What hangs on an object that nobody refers to is lost with it; what hangs on a global list is not.
 * finding: memory leak in add
 */
#include <linux/list.h>
#include <linux/slab.h>

struct item { struct list_head link; int key; };
static LIST_HEAD(all);

static void add(struct list_head *to, int key)
{
	struct item *p = kzalloc(sizeof(*p), GFP_KERNEL);

	p->key = key;
	list_add(&p->link, to);
}

int main(void)
{
	struct list_head local;

	INIT_LIST_HEAD(&local);
	add(&local, 1);
	add(&all, 2);
	INIT_LIST_HEAD(&local);
	return 0;
}
