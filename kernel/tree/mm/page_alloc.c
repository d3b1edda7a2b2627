// SPDX-License-Identifier: GPL-2.0-only
/* The memory that there is: one node, one zone, NR_PAGES pages. */
#include <linux/mm.h>
#include <linux/mmzone.h>

struct page mem_map[NR_PAGES];
struct pglist_data contig_page_data;

/* Boot: all pages are free. */
void free_area_init(void)
{
	unsigned long pfn;
	int zid;

	for (zid = 0; zid < MAX_NR_ZONES; zid++)
		spin_lock_init(&contig_page_data.node_zones[zid].lru_lock);
	contig_page_data.node_page_cgroup = NULL;

	for (pfn = 0; pfn < NR_PAGES; pfn++) {
		mem_map[pfn] = (struct page){ .flags = 0 };
		atomic_set(&mem_map[pfn]._mapcount, -1);
	}
}

/* A page that nobody else has, with one reference, or NULL. Called by one at a time. */
struct page *alloc_page(void)
{
	unsigned long pfn;

	for (pfn = 0; pfn < NR_PAGES; pfn++) {
		struct page *page = pfn_to_page(pfn);

		if (atomic_read(&page->_count) == 0) {
			atomic_set(&page->_count, 1);
			return page;
		}
	}
	return NULL;
}
