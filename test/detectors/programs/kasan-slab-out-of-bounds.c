// SPDX-License-Identifier: MIT
/*
 * One element too many.
 * finding: KASAN: slab-out-of-bounds Write in main
 */
#include <linux/slab.h>

int main(void)
{
	int *table = kmalloc_array(5, sizeof(*table), GFP_KERNEL);

	for (int i = 0; i <= 5; i++)
		table[i] = i;
	kfree(table);
	return 0;
}
