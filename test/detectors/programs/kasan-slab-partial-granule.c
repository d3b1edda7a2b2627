// SPDX-License-Identifier: MIT
/*
 * The last granule of eight bytes belongs to the object only in part.
 * finding: KASAN: slab-out-of-bounds Read in main
 */
#include <linux/slab.h>

int main(void)
{
	char *name = kzalloc(13, GFP_KERNEL);
	int c = name[13];

	kfree(name);
	return c;
}
