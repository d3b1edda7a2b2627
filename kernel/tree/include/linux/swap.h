/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SWAP_H
#define _LINUX_SWAP_H

#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>

struct mem_cgroup;

/* How ready the kernel is to swap where no group says otherwise, 0..100. */
extern int vm_swappiness;

/* mm/swap.c */
enum lru_list page_lru(struct page *page);
void lru_cache_add(struct page *page);
void lru_add_drain(void);
void lru_add_drain_all(void);

/* mm/vmscan.c */
int isolate_lru_page(struct page *page);
void putback_lru_page(struct page *page);
unsigned long try_to_free_mem_cgroup_pages(struct mem_cgroup *mem, gfp_t gfp_mask,
					   unsigned int swappiness);

#endif /* _LINUX_SWAP_H */
