// SPDX-License-Identifier: MIT
/*
 * One member of a fresh object is read before anybody has set it.
 * finding: KMSAN: uninit-value in main
 */
#include <linux/slab.h>

struct item { int key; int value; };

int main(void)
{
	struct item *p = kmalloc(sizeof(*p), GFP_KERNEL);
	int value;

	p->key = 1;
	value = p->value;
	kfree(p);
	return value;
}
