// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process maps a page while rmdir() moves the page's charge from the group that goes (owner=2)
 * to the one above (owner=1).
 *
 * Whoever counts the mapping has to find out which group the page belongs to, and the mover must
 * not take the page away between the question and the count: or the one group keeps a count
 * without a page and the other has a page without a count.
 *
 * smplab: cpus=2 preempt=full
 * forall (child=0)
 *
 * Visible steps: some 15 for a mapper, 200 for rmdir() with one page.
 */
#include "memcg_promises.h"

static struct process mapper, other[2];

static void map_rmdir(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };
	int i;

	scene_process(&mapper, parent, page);
	for (i = 0; i < mapped_before; i++) {
		scene_process(&other[i], parent, page);
		scene_touch(&other[i]);
	}

	smplab_run_on(0, map_page, &mapper);
	smplab_run_on(1, rmdir_group, &rmdir);
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
	map_rmdir(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	map_rmdir(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	map_rmdir(test, 2);
}

static struct kunit_case map_rmdir_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite map_rmdir_suite = {
	.name = "map_rmdir",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = map_rmdir_cases,
};
kunit_test_suite(map_rmdir_suite);
