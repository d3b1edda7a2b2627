// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two processes map one page while rmdir() moves its charge to the group above. Only the first of
 * the two mappings is counted, but nobody knows beforehand which one it will be.
 *
 * smplab: cpus=3 preempt=full
 * forall (child=0)
 *
 * Visible steps: some 15 for the first mapper and 4 for the second, 200 for rmdir().
 */
#include "memcg_promises.h"

static struct process mapper[2], other[2];

static void two_maps_rmdir(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };
	int i;

	for (i = 0; i < 2; i++)
		scene_process(&mapper[i], parent, page);
	for (i = 0; i < mapped_before; i++) {
		scene_process(&other[i], parent, page);
		scene_touch(&other[i]);
	}

	smplab_run_on(0, map_page, &mapper[0]);
	smplab_run_on(1, map_page, &mapper[1]);
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
	two_maps_rmdir(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	two_maps_rmdir(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	two_maps_rmdir(test, 2);
}

static struct kunit_case two_maps_rmdir_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite two_maps_rmdir_suite = {
	.name = "two_maps_rmdir",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = two_maps_rmdir_cases,
};
kunit_test_suite(two_maps_rmdir_suite);
