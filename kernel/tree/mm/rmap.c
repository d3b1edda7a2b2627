// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often a page is mapped.
 *
 * The count itself is atomic. What is done when it leaves or reaches -1 is a step of its own
 * after the change, and the caller's page table lock keeps nobody else out: another process has
 * another page table. So by the time that a group is told "mapped" or "not mapped any more", the
 * opposite may be true.
 */
#include <linux/atomic.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/rmap.h>

/* A page that was just made for this process: nobody else can know it. */
void page_add_new_anon_rmap(struct page *page)
{
	VM_BUG_ON(!PageAnon(page));
	atomic_set(&page->_mapcount, 0);
}

void page_add_file_rmap(struct page *page)
{
	if (atomic_inc_and_test(&page->_mapcount))
		mem_cgroup_update_file_mapped(page, 1);
}

void page_remove_rmap(struct page *page)
{
	/* somebody else still maps it */
	if (!atomic_add_negative(-1, &page->_mapcount))
		return;

	if (PageAnon(page))
		mem_cgroup_uncharge_page(page);
	else
		mem_cgroup_update_file_mapped(page, -1);
}
