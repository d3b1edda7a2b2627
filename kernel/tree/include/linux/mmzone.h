/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MMZONE_H
#define _LINUX_MMZONE_H

#include <linux/mm_types.h>
#include <linux/nodemask.h>
#include <linux/spinlock.h>

/* One node, one zone. The loops over them stay, as a kernel for larger machines has them. */
enum zone_type {
	ZONE_NORMAL,
	MAX_NR_ZONES
};

/*
 * Nothing in this kernel ages pages, so there are no lists of active ones, and no page is
 * locked in memory.
 */
enum lru_list {
	LRU_INACTIVE_ANON,
	LRU_INACTIVE_FILE,
	NR_LRU_LISTS
};

#define for_each_lru(l) for (l = 0; l < NR_LRU_LISTS; l++)

struct zone {
	/* Guards the lists of all groups in this zone, and PG_lru of the pages on them. */
	spinlock_t lru_lock;
};

struct page_cgroup;

typedef struct pglist_data {
	struct zone node_zones[MAX_NR_ZONES];
	struct page_cgroup *node_page_cgroup;	/* one for each page of the node */
} pg_data_t;

extern struct pglist_data contig_page_data;
#define NODE_DATA(nid)	(&contig_page_data)

#endif /* _LINUX_MMZONE_H */
