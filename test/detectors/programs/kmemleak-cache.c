// SPDX-License-Identifier: MIT
/*
 * An object of a cache is forgotten.
 * finding: memory leak in use
 */
#include <linux/slab.h>

struct item {
	long value;
};

static struct kmem_cache *items;
static bool forget;

static void use(void)
{
	struct item *item = kmem_cache_zalloc(items, GFP_KERNEL);

	if (!forget)
		kmem_cache_free(items, item);
}

int main(void)
{
	items = KMEM_CACHE(item, 0);
	forget = true;
	use();
	return 0;
}
