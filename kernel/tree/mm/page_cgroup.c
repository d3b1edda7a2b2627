// SPDX-License-Identifier: GPL-2.0-only
/* The table of page_cgroups, one for each page of a node, made at boot. */
#include <linux/mm.h>
#include <linux/page_cgroup.h>
#include <linux/slab.h>

void page_cgroup_init(void)
{
	pg_data_t *pgdat = NODE_DATA(0);
	struct page_cgroup *base;
	unsigned long pfn;

	base = kzalloc(sizeof(*base) * NR_PAGES, GFP_KERNEL);
	BUG_ON(!base);
	for (pfn = 0; pfn < NR_PAGES; pfn++) {
		base[pfn].page = pfn_to_page(pfn);
		INIT_LIST_HEAD(&base[pfn].lru);
	}
	pgdat->node_page_cgroup = base;
}

/* NULL for a page that is used before the table is there, at boot. */
struct page_cgroup *lookup_page_cgroup(struct page *page)
{
	struct page_cgroup *base = NODE_DATA(page_to_nid(page))->node_page_cgroup;

	if (unlikely(!base))
		return NULL;
	return base + page_to_pfn(page);
}
