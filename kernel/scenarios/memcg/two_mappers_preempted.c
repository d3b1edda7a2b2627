// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two processes on one CPU map two different pages of one group, and each can be preempted for
 * the other in the middle of the counting: as on PREEMPT_RT, the lock of a page table is one that
 * sleeps.
 *
 * They count in the same word, the CPU's own copy of the group's numbers. What keeps one from
 * losing the other's count is either that preemption is off or that counting is one step.
 *
 * smplab: cpus=1 preempt=full
 * forall (flag_a=1 /\ flag_b=1)
 *
 * Visible steps: as in two_mappers_two_cpus.
 */
#include "memcg_promises.h"

static struct process mapper[2], other[2][2];

static void two_mappers(struct kunit *test, int mapped_before)
{
	struct cgroup *group = scene_mkdir(test, scene_group[0]);
	struct page *page[2];
	int i, k;

	for (i = 0; i < 2; i++) {
		page[i] = scene_page(test, group, i);
		scene_process(&mapper[i], group, page[i]);
		for (k = 0; k < mapped_before; k++) {
			scene_process(&other[i][k], group, page[i]);
			scene_touch(&other[i][k]);
		}
	}

	smplab_run_on(0, map_page_preemptible, &mapper[0]);
	smplab_run_on(0, map_page_preemptible, &mapper[1]);
	smplab_join_all();

	smplab_observe("mapped_a", page_mapcount(page[0]));
	smplab_observe("mapped_b", page_mapcount(page[1]));
	smplab_observe("flag_a", page_flag_says_mapped(page[0]));
	smplab_observe("flag_b", page_flag_says_mapped(page[1]));
	observe_file_mapped("group", group);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	two_mappers(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	two_mappers(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	two_mappers(test, 2);
}

static struct kunit_case two_mappers_preempted_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite two_mappers_preempted_suite = {
	.name = "two_mappers_preempted",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = two_mappers_preempted_cases,
};
kunit_test_suite(two_mappers_preempted_suite);
