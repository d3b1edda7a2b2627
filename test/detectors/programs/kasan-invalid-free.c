// SPDX-License-Identifier: MIT
/*
 * What is freed is a member, not the object.
 * finding: KASAN: invalid-free in main
 */
#include <linux/slab.h>

struct item { long key; long value[2]; };

int main(void)
{
	struct item *p = kzalloc(sizeof(*p), GFP_KERNEL);

	kfree(&p->value);
	return 0;
}
