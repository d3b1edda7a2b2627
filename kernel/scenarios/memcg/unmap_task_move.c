// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process unmaps a page while another one, which has the page's file mapped as well, is moved from
 * the group that the page belongs to (owner=1) to one that wants its charges (owner=2).
 *
 * "None", "one" and "two" count the processes that have the page mapped at the start: first the
 * one that is going to unmap it, then the moved one. Where it is none, the one that is going to
 * unmap it maps it first; the moved process has not touched it.
 *
 * smplab: cpus=2 preempt=full
 * forall (from=0)
 *
 * Visible steps: some 15 for each mapping and unmapping, 270 for the move of one page.
 */
#include "memcg_promises.h"

static struct process unmapper, moved;

static void unmap_task_move(struct kunit *test, int mapped_before)
{
	struct cgroup *from = scene_mkdir(test, scene_group[0]);
	struct cgroup *to = scene_mkdir(test, scene_group[0]);
	struct page *page = scene_page(test, from, 0);
	struct task_move move = { .task = &moved.task, .to = to };

	scene_move_charges(test, to);
	scene_process(&unmapper, scene_group[0], page);
	scene_process(&moved, from, page);
	if (mapped_before >= 1)
		scene_touch(&unmapper);
	if (mapped_before >= 2)
		scene_touch(&moved);

	smplab_run_on(0, unmapper_task(mapped_before), &unmapper);
	smplab_run_on(1, move_task, &move);
	smplab_join_all();

	smplab_observe("attach", move.ret);
	observe_page(page);
	observe_file_mapped("from", from);
	observe_file_mapped("to", to);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	unmap_task_move(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	unmap_task_move(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	unmap_task_move(test, 2);
}

static struct kunit_case unmap_task_move_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite unmap_task_move_suite = {
	.name = "unmap_task_move",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = unmap_task_move_cases,
};
kunit_test_suite(unmap_task_move_suite);
