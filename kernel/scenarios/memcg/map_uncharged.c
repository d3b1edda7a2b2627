// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process maps and unmaps a page that no group pays for: one that a driver made for itself and
 * lets processes map. The controller has nothing to count and must leave everything as it was;
 * what it has taken, it must give back on this way out as well.
 *
 * The page of another group is moved meanwhile by rmdir(), which waits for whoever is inside.
 *
 * smplab: cpus=2 preempt=full
 * forall (flag=0 /\ child=0 /\ parent=0)
 *
 * Visible steps: some 20 for map and unmap, 200 for rmdir().
 */
#include "memcg_promises.h"

static struct process mapper, other[2];

static void map_uncharged(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = alloc_page();
	struct rmdir rmdir = { .cgrp = child };
	int i;

	scene_page(test, child, 0);
	scene_process(&mapper, parent, page);
	for (i = 0; i < mapped_before; i++) {
		scene_process(&other[i], parent, page);
		scene_touch(&other[i]);
	}

	smplab_run_on(0, map_and_unmap_page, &mapper);
	smplab_run_on(1, rmdir_group, &rmdir);
	smplab_join_all();

	smplab_observe("rmdir", rmdir.ret);
	smplab_observe("mapped", page_mapcount(page));
	smplab_observe("flag", page_flag_says_mapped(page));
	observe_file_mapped("parent", parent);
	observe_file_mapped("child", child);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	map_uncharged(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	map_uncharged(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	map_uncharged(test, 2);
}

static struct kunit_case map_uncharged_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite map_uncharged_suite = {
	.name = "map_uncharged",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = map_uncharged_cases,
};
kunit_test_suite(map_uncharged_suite);
