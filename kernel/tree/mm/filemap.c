// SPDX-License-Identifier: GPL-2.0-only
/* The page cache: the pages of a file that are in memory. */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/rcupdate.h>
#include <linux/swap.h>

void address_space_init(struct address_space *mapping)
{
	*mapping = (struct address_space){ .nrpages = 0 };
	spin_lock_init(&mapping->tree_lock);
}

/*
 * Without the lock: the page found may leave the cache, and even be free, before the reference
 * is taken. So the place is looked at again with the reference in hand.
 */
struct page *find_get_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page;

	rcu_read_lock();
	for (;;) {
		page = rcu_dereference(mapping->pages[index]);
		if (!page)
			break;
		if (!get_page_unless_zero(page))
			continue;
		if (likely(page == rcu_dereference(mapping->pages[index])))
			break;
		put_page(page);
	}
	rcu_read_unlock();
	return page;
}

int add_to_page_cache_lru(struct page *page, struct address_space *mapping, pgoff_t index,
			  struct mm_struct *mm, gfp_t gfp_mask)
{
	int error = mem_cgroup_cache_charge(page, mm, gfp_mask);

	if (error)
		return error;

	get_page(page);
	page->mapping = mapping;
	page->index = index;
	spin_lock_irq(&mapping->tree_lock);
	rcu_assign_pointer(mapping->pages[index], page);
	mapping->nrpages++;
	spin_unlock_irq(&mapping->tree_lock);

	lru_cache_add(page);
	return 0;
}

void remove_from_page_cache(struct page *page)
{
	struct address_space *mapping = page->mapping;

	spin_lock_irq(&mapping->tree_lock);
	rcu_assign_pointer(mapping->pages[page->index], NULL);
	page->mapping = NULL;
	mapping->nrpages--;
	spin_unlock_irq(&mapping->tree_lock);

	mem_cgroup_uncharge_cache_page(page);
	put_page(page);
}
