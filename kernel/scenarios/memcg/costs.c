// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the routines cost where nobody is in the way: straight runs, one task after the other.
 *
 *   map_unmap_loop   a process maps and unmaps a page of its group sixteen times
 *   move_pages       rmdir() moves a mapped page to the group above
 *
 * smplab: cpus=1 preempt=full cost=map_unmap_loop,move_pages
 */
#include "memcg_promises.h"

#define ROUNDS	16

static struct process process;

static void map_and_unmap_often(void *arg)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		map_and_unmap_page(arg);
}

static void map_unmap_loop(struct kunit *test)
{
	struct cgroup *group = scene_mkdir(test, scene_group[0]);
	struct page *page = scene_page(test, group, 0);

	scene_process(&process, group, page);

	smplab_run_on(0, map_and_unmap_often, &process);
	smplab_join_all();

	observe_page(page);
	observe_file_mapped("group", group);
	memcg_expect_promises(test);
}

static void move_pages(struct kunit *test)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };

	scene_process(&process, parent, page);
	scene_touch(&process);

	smplab_run_on(0, rmdir_group, &rmdir);
	smplab_join_all();

	smplab_observe("rmdir", rmdir.ret);
	observe_page(page);
	observe_file_mapped("parent", parent);
	observe_file_mapped("child", child);
	memcg_expect_promises(test);
}

static struct kunit_case costs_cases[] = {
	KUNIT_CASE(map_unmap_loop),
	KUNIT_CASE(move_pages),
	{}
};

static struct kunit_suite costs_suite = {
	.name = "costs",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = costs_cases,
};
kunit_test_suite(costs_suite);
