// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two movers of one page: rmdir() moves it from the group that goes (owner=2) to the one above
 * (owner=1), while a process that has its file mapped is moved from there to a third group that
 * wants its charges (owner=3). So the page ends above or in the third group, depending on which
 * mover finds it first; neither may wait for the other.
 *
 * Where nobody has the page mapped at the start, the moved process has not touched it; otherwise it
 * is one of those that have it mapped.
 *
 * smplab: cpus=2 preempt=full
 * forall (child=0)
 *
 * Visible steps: some 200 for rmdir(), 270 for the task move.
 */
#include "memcg_promises.h"

static struct process moved, other;

static void rmdir_task_move(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct cgroup *to = scene_mkdir(test, scene_group[0]);
	struct rmdir rmdir = { .cgrp = child };
	struct task_move move = { .task = &moved.task, .to = to };

	scene_move_charges(test, to);
	scene_process(&moved, parent, page);
	scene_process(&other, scene_group[0], page);
	if (mapped_before >= 1)
		scene_touch(&moved);
	if (mapped_before >= 2)
		scene_touch(&other);

	smplab_run_on(0, rmdir_group, &rmdir);
	smplab_run_on(1, move_task, &move);
	smplab_join_all();

	smplab_observe("attach", move.ret);
	observe_file_mapped("to", to);
	smplab_observe("rmdir", rmdir.ret);
	observe_page(page);
	observe_file_mapped("parent", parent);
	observe_file_mapped("child", child);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	rmdir_task_move(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	rmdir_task_move(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	rmdir_task_move(test, 2);
}

static struct kunit_case rmdir_task_move_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite rmdir_task_move_suite = {
	.name = "rmdir_task_move",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = rmdir_task_move_cases,
};
kunit_test_suite(rmdir_task_move_suite);
