// SPDX-License-Identifier: MIT
/*
 * An object is given back to a cache that it does not come from.
 * finding: WARNING in main
 */
#include <linux/slab.h>

struct item {
	long value[4];
};

int main(void)
{
	struct kmem_cache *items = kmem_cache_create("items", sizeof(struct item), 0, 0, NULL);
	struct kmem_cache *small = kmem_cache_create("small", 8, 0, 0, NULL);
	struct item *item = kmem_cache_zalloc(items, GFP_KERNEL);

	kmem_cache_free(items, item);
	kmem_cache_destroy(small);
	kmem_cache_destroy(items);
	return 0;
}
