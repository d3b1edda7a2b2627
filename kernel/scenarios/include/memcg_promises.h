/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the memory controller promises once everything is quiet, whatever happened before:
 *
 *   1. for each group, the sum of FILE_MAPPED over all possible CPUs is the number of mapped
 *      file pages that belong to it;
 *   2. a page's flag FILE_MAPPED is set exactly while the page is mapped;
 *   3. ON_MOVE, where the controller has it, is zero on every CPU of every group, and no move
 *      is on its way;
 *   4. no lock is held;
 *   5. what a group is charged for are its pages.
 *
 * A page belongs to a group while it is charged to it. These are the users' and the other
 * parts' expectations, not a description of either side of any patch.
 */
#ifndef _MEMCG_PROMISES_H
#define _MEMCG_PROMISES_H

#include "memcg_scene.h"

static bool page_belongs_to(struct page *page, struct mem_cgroup *mem)
{
	struct page_cgroup *pc = lookup_page_cgroup(page);

	return PageCgroupUsed(pc) && pc->mem_cgroup == mem;
}

static bool page_is_charged(struct page *page)
{
	return PageCgroupUsed(lookup_page_cgroup(page));
}

static bool page_flag_says_mapped(struct page *page)
{
	return PageCgroupFileMapped(lookup_page_cgroup(page));
}

static bool page_cgroup_is_locked(struct page *page)
{
	return PageCgroupLocked(lookup_page_cgroup(page));
}

static s64 group_file_mapped(struct mem_cgroup *mem)
{
	return mem_cgroup_read_stat(mem, MEM_CGROUP_STAT_FILE_MAPPED);
}

static s64 group_pages_counted(struct mem_cgroup *mem)
{
	return mem_cgroup_read_stat(mem, MEM_CGROUP_STAT_CACHE) +
	       mem_cgroup_read_stat(mem, MEM_CGROUP_STAT_RSS);
}

static s64 group_pages_charged(struct mem_cgroup *mem)
{
	return mem->res.usage >> PAGE_SHIFT;
}

/* How often ON_MOVE is not zero: on which CPU does not matter, and +1 and -1 are no zero. */
static int group_on_move(struct mem_cgroup *mem)
{
	int index = smplab_enum("MEM_CGROUP_ON_MOVE", -1);
	int cpu, n = 0;

	if (index < 0)
		return 0;
	for_each_possible_cpu(cpu)
		n += per_cpu(mem->stat->count[index], cpu) != 0;
	return n;
}

static void expect_promises_of_group(struct kunit *test, struct mem_cgroup *mem)
{
	int pages = 0, pages_mapped = 0;
	unsigned long pfn;

	for (pfn = 0; pfn < NR_PAGES; pfn++) {
		struct page *page = pfn_to_page(pfn);

		if (!page_belongs_to(page, mem))
			continue;
		pages++;
		if (page_mapped(page) && !PageAnon(page))
			pages_mapped++;
	}

	KUNIT_EXPECT_EQ(test, group_file_mapped(mem), pages_mapped);
	KUNIT_EXPECT_EQ(test, group_on_move(mem), 0);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&mem->res.lock));
	KUNIT_EXPECT_EQ(test, group_pages_counted(mem), pages);
	if (!mem_cgroup_is_root(mem))
		KUNIT_EXPECT_EQ(test, group_pages_charged(mem), pages);
}

static void expect_promises_of_page(struct kunit *test, struct page *page)
{
	if (page_is_charged(page))
		KUNIT_EXPECT_EQ(test, page_flag_says_mapped(page), page_mapped(page));
	KUNIT_EXPECT_FALSE(test, page_cgroup_is_locked(page));
}

static void memcg_expect_promises(struct kunit *test)
{
	unsigned long pfn;
	int i;

	for (i = 0; i < scene_ngroups; i++)
		expect_promises_of_group(test, mem_cgroup_from_cont(scene_group[i]));
	for (pfn = 0; pfn < NR_PAGES; pfn++)
		expect_promises_of_page(test, pfn_to_page(pfn));

	KUNIT_EXPECT_NULL(test, mc.from);
	KUNIT_EXPECT_NULL(test, mc.to);
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&mc.lock));
	KUNIT_EXPECT_FALSE(test, spin_is_locked(&NODE_DATA(0)->node_zones[ZONE_NORMAL].lru_lock));
	KUNIT_EXPECT_FALSE(test, mutex_is_locked(&cgroup_mutex));
}

/* What is observed of a page: how many map it, whether its flag says so, and who pays (0: root). */
static void __maybe_unused observe_page(struct page *page)
{
	smplab_observe("mapped", page_mapcount(page));
	smplab_observe("flag", page_flag_says_mapped(page));
	smplab_observe("owner", scene_index(lookup_page_cgroup(page)->mem_cgroup));
}

/* Over all groups; 0 as well where there is no such counter. */
static void __maybe_unused observe_on_move(void)
{
	int i, n = 0;

	for (i = 0; i < scene_ngroups; i++)
		n += group_on_move(mem_cgroup_from_cont(scene_group[i]));
	smplab_observe("on_move", n);
}

/* A group's sum of FILE_MAPPED. */
#define observe_file_mapped(name, cgrp)	\
	smplab_observe(name, group_file_mapped(mem_cgroup_from_cont(cgrp)))

#endif /* _MEMCG_PROMISES_H */
