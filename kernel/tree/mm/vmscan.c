// SPDX-License-Identifier: GPL-2.0-only
/* Taking pages off their lists, and what little reclaim there is. */
#include <linux/errno.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/swap.h>

int vm_swappiness = 60;

/*
 * Takes the page off its list and a reference to it. The caller has one already, which keeps
 * the page what it is. -EBUSY: somebody else has taken it off.
 */
int isolate_lru_page(struct page *page)
{
	struct zone *zone = page_zone(page);
	int ret = -EBUSY;

	/* Without the lock, so that it costs little where there is nothing to take. */
	if (!PageLRU(page))
		return ret;

	spin_lock_irq(&zone->lru_lock);
	if (PageLRU(page)) {
		ret = 0;
		get_page(page);
		ClearPageLRU(page);
		mem_cgroup_del_lru_list(page, page_lru(page));
	}
	spin_unlock_irq(&zone->lru_lock);
	return ret;
}

/* Puts it back and drops that reference. */
void putback_lru_page(struct page *page)
{
	lru_cache_add(page);
	put_page(page);
}

/*
 * The number of pages that could be freed: none. This kernel has no device to write pages to
 * and drops none from the page cache.
 */
unsigned long try_to_free_mem_cgroup_pages(struct mem_cgroup *mem, gfp_t gfp_mask,
					   unsigned int swappiness)
{
	return 0;
}
