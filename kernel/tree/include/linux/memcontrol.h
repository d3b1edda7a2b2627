/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MEMCONTROL_H
#define _LINUX_MEMCONTROL_H

#include <linux/cgroup.h>
#include <linux/gfp.h>
#include <linux/mm_types.h>
#include <linux/mmzone.h>

struct mem_cgroup;

/*
 * Charging: a page is paid for by the group of the process that it was first read or made
 * for, until it is free again or moved. Both fail with -ENOMEM where the group's limit is
 * reached and nothing helps.
 */
int mem_cgroup_newpage_charge(struct page *page, struct mm_struct *mm, gfp_t gfp_mask);
int mem_cgroup_cache_charge(struct page *page, struct mm_struct *mm, gfp_t gfp_mask);

/* The last page table entry of an anonymous page has gone. */
void mem_cgroup_uncharge_page(struct page *page);
/* A page of a file has left the page cache. */
void mem_cgroup_uncharge_cache_page(struct page *page);

/* A page of a file has got its first mapping (val 1) or lost its last one (val -1). */
void mem_cgroup_update_file_mapped(struct page *page, int val);

/* A page comes to or leaves its list; the zone's lru_lock is held. */
void mem_cgroup_add_lru_list(struct page *page, enum lru_list lru);
void mem_cgroup_del_lru_list(struct page *page, enum lru_list lru);

int task_in_mem_cgroup(struct task_struct *task, const struct mem_cgroup *mem);
bool mem_cgroup_handle_oom(struct mem_cgroup *mem, gfp_t mask);

extern struct cgroup_subsys mem_cgroup_subsys;

#endif /* _LINUX_MEMCONTROL_H */
