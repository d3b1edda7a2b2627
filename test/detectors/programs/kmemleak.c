// SPDX-License-Identifier: MIT
/*
 * The only pointer to the object is overwritten.
 * finding: memory leak in replace
 */
#include <linux/slab.h>

static void *kept;

static void replace(void)
{
	void *fresh = kzalloc(24, GFP_KERNEL);

	(void)kept;
	kept = fresh;
}

int main(void)
{
	replace();
	replace();
	return 0;
}
