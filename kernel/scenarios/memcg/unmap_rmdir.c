// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process unmaps a page while rmdir() moves the page's charge from the group that goes (owner=2)
 * to the one above (owner=1).
 *
 * A page that counts as mapped takes its count along, by its flag. The unmapping must be counted
 * where the mapping is counted by then.
 *
 * "None", "one" and "two" count the processes that have the page mapped at the start, the one
 * that is going to unmap it among them; where it is none, that one maps the page first.
 *
 * smplab: cpus=2 preempt=full
 * forall (child=0)
 *
 * Visible steps: some 15 for each mapping and unmapping, 200 for rmdir() with one page.
 */
#include "memcg_promises.h"

static struct process unmapper, other;

static void unmap_rmdir(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };

	scene_process(&unmapper, parent, page);
	scene_process(&other, parent, page);
	if (mapped_before >= 1)
		scene_touch(&unmapper);
	if (mapped_before >= 2)
		scene_touch(&other);

	smplab_run_on(0, unmapper_task(mapped_before), &unmapper);
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
	unmap_rmdir(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	unmap_rmdir(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	unmap_rmdir(test, 2);
}

static struct kunit_case unmap_rmdir_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite unmap_rmdir_suite = {
	.name = "unmap_rmdir",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = unmap_rmdir_cases,
};
kunit_test_suite(unmap_rmdir_suite);
