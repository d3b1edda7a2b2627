// SPDX-License-Identifier: MIT
/* Who comes second with what it allocated forgets to free it. */
#include <linux/atomic.h>
#include <linux/slab.h>

static int *shared;

void cpu0(void)
{
	int *own = kmalloc(sizeof(int), GFP_KERNEL);

	cmpxchg(&shared, NULL, own);
}

void cpu1(void)
{
	int *own = kmalloc(sizeof(int), GFP_KERNEL);

	if (cmpxchg(&shared, NULL, own))
		kfree(own);
}
