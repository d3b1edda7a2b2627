// SPDX-License-Identifier: GPL-2.0-only
/*
 * On three CPUs: one process maps a page, another one unmaps it, and rmdir() moves its charge to
 * the group above.
 *
 * Between a change of _mapcount and its being counted, a page can be counted twice or not at all.
 * The mover moves one count for a page with the flag and none for a page without.
 *
 * "None", "one" and "two" count the processes that have the page mapped at the start, the one
 * that is going to unmap it among them; where it is none, that one maps the page first.
 *
 * smplab: cpus=3 preempt=full
 * forall (child=0 /\ parent=1 /\ flag=1)
 *
 * Visible steps: some 15 for each mapping and unmapping, 200 for rmdir().
 */
#include "memcg_promises.h"

static struct process mapper, unmapper, other;

static void map_unmap_rmdir(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };

	scene_process(&mapper, parent, page);
	scene_process(&unmapper, parent, page);
	scene_process(&other, parent, page);
	if (mapped_before >= 1)
		scene_touch(&unmapper);
	if (mapped_before >= 2)
		scene_touch(&other);

	smplab_run_on(0, map_page, &mapper);
	smplab_run_on(1, unmapper_task(mapped_before), &unmapper);
	smplab_run_on(2, rmdir_group, &rmdir);
	smplab_join_all();

	smplab_observe("rmdir", rmdir.ret);
	observe_page(page);
	observe_file_mapped("parent", parent);
	observe_file_mapped("child", child);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	map_unmap_rmdir(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	map_unmap_rmdir(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	map_unmap_rmdir(test, 2);
}

static struct kunit_case map_unmap_rmdir_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite map_unmap_rmdir_suite = {
	.name = "map_unmap_rmdir",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = map_unmap_rmdir_cases,
};
kunit_test_suite(map_unmap_rmdir_suite);
