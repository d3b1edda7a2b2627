// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process maps a page while another one, which has the page's file mapped as well, is moved from
 * the group that the page belongs to (owner=1) to one that wants its charges (owner=2).
 *
 * Where nobody has the page mapped at the start, the moved process has not touched it; otherwise it
 * is one of those that have it mapped.
 *
 * "moving" is what the mapper finds when it is done: is the move still on its way? If it is, the
 * mapping was counted before the move or under its eyes; "from=1" is then nobody's fault but the
 * protocol's.
 *
 * smplab: cpus=2 preempt=full
 * forall (from=0)
 *
 * Visible steps: some 20 for the mapper, 270 for the move of one page.
 */
#include "memcg_promises.h"

static struct process mapper, moved, other;
static int moving;

static void map_then_look(void *arg)
{
	struct cgroup *from = scene_group[1];

	map_page(arg);
	moving = mem_cgroup_under_move(mem_cgroup_from_cont(from));
}

static void map_task_move(struct kunit *test, int mapped_before)
{
	struct cgroup *from = scene_mkdir(test, scene_group[0]);
	struct cgroup *to = scene_mkdir(test, scene_group[0]);
	struct page *page = scene_page(test, from, 0);
	struct task_move move = { .task = &moved.task, .to = to };

	scene_move_charges(test, to);
	scene_process(&mapper, scene_group[0], page);
	scene_process(&moved, from, page);
	scene_process(&other, scene_group[0], page);
	if (mapped_before >= 1)
		scene_touch(&moved);
	if (mapped_before >= 2)
		scene_touch(&other);

	smplab_run_on(0, map_then_look, &mapper);
	smplab_run_on(1, move_task, &move);
	smplab_join_all();

	smplab_observe("moving", moving);
	smplab_observe("attach", move.ret);
	observe_page(page);
	observe_file_mapped("from", from);
	observe_file_mapped("to", to);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	map_task_move(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	map_task_move(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	map_task_move(test, 2);
}

static struct kunit_case map_task_move_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite map_task_move_suite = {
	.name = "map_task_move",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = map_task_move_cases,
};
kunit_test_suite(map_task_move_suite);
