// SPDX-License-Identifier: MIT
/*
 * An object of a cache is read after it was given back.
 * finding: KASAN: slab-use-after-free Read in main
 */
#include <linux/slab.h>

struct item {
	long value;
};

int main(void)
{
	bool late = false;
	struct kmem_cache *items = KMEM_CACHE(item, 0);
	struct item *item = kmem_cache_zalloc(items, GFP_KERNEL);
	long value = item->value;

	kmem_cache_free(items, item);
	if (late)
		value = item->value;
	kmem_cache_destroy(items);
	return value;
}
