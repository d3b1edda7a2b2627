// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two movers: two groups, each with a page, are removed at the same time, and both pages go to the
 * group above. rmdir() holds cgroup_mutex before and after it empties its group, but not meanwhile.
 *
 * smplab: cpus=2 preempt=full
 * forall (child_a=0 /\ child_b=0)
 *
 * Visible steps: some 200 for each rmdir().
 */
#include "memcg_promises.h"

static struct process other[2][2];

static void two_rmdirs(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child[2];
	struct page *page[2];
	struct rmdir rmdir[2];
	int i, k;

	for (i = 0; i < 2; i++) {
		child[i] = scene_mkdir(test, parent);
		page[i] = scene_page(test, child[i], i);
		rmdir[i] = (struct rmdir){ .cgrp = child[i] };
		for (k = 0; k < mapped_before; k++) {
			scene_process(&other[i][k], parent, page[i]);
			scene_touch(&other[i][k]);
		}
	}

	smplab_run_on(0, rmdir_group, &rmdir[0]);
	smplab_run_on(1, rmdir_group, &rmdir[1]);
	smplab_join_all();

	smplab_observe("rmdir_a", rmdir[0].ret);
	smplab_observe("rmdir_b", rmdir[1].ret);
	observe_file_mapped("parent", parent);
	observe_file_mapped("child_a", child[0]);
	observe_file_mapped("child_b", child[1]);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	two_rmdirs(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	two_rmdirs(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	two_rmdirs(test, 2);
}

static struct kunit_case two_rmdirs_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite two_rmdirs_suite = {
	.name = "two_rmdirs",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = two_rmdirs_cases,
};
kunit_test_suite(two_rmdirs_suite);
