// SPDX-License-Identifier: MIT
/*
 * A cache is destroyed while an object of it is in use.
 * finding: WARNING in kmem_cache_destroy
 */
#include <linux/slab.h>

struct item {
	long value;
};

int main(void)
{
	bool early = false;
	struct kmem_cache *items = KMEM_CACHE(item, 0);
	struct kmem_cache *others = KMEM_CACHE(item, 0);
	struct item *item = kmem_cache_zalloc(items, GFP_KERNEL);

	kmem_cache_destroy(early ? items : others);
	kfree(item);
	kmem_cache_destroy(early ? others : items);
	return 0;
}
