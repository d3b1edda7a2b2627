// SPDX-License-Identifier: GPL-2.0-only
/* Pages come onto their lists, and go when the last reference goes. */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/swap.h>

enum lru_list page_lru(struct page *page)
{
	return PageSwapBacked(page) ? LRU_INACTIVE_ANON : LRU_INACTIVE_FILE;
}

/*
 * Larger kernels collect pages for each CPU (pagevecs) and take lru_lock once for a batch. Here
 * a page goes to its list at once.
 */
void lru_cache_add(struct page *page)
{
	struct zone *zone = page_zone(page);

	spin_lock_irq(&zone->lru_lock);
	VM_BUG_ON(PageLRU(page));
	SetPageLRU(page);
	mem_cgroup_add_lru_list(page, page_lru(page));
	spin_unlock_irq(&zone->lru_lock);
}

/* So nothing ever waits to be put on a list, on this CPU or another. */
void lru_add_drain(void)
{
}

void lru_add_drain_all(void)
{
}

static void __put_page(struct page *page)
{
	struct zone *zone = page_zone(page);

	VM_BUG_ON(page_mapped(page));
	spin_lock_irq(&zone->lru_lock);
	if (PageLRU(page)) {
		ClearPageLRU(page);
		mem_cgroup_del_lru_list(page, page_lru(page));
	}
	spin_unlock_irq(&zone->lru_lock);
}

void put_page(struct page *page)
{
	if (atomic_dec_and_test(&page->_count))
		__put_page(page);
}
