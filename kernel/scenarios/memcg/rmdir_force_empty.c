// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two movers of one group: somebody writes to the group's file memory.force_empty while it is being
 * removed. Both mark the same group as being moved from, and both look for its page.
 *
 * smplab: cpus=2 preempt=full
 * forall (child=0 /\ on_move=0)
 *
 * Visible steps: some 200 for each, more where both want the page at once: then the second tries
 * again and again.
 */
#include "memcg_promises.h"

static struct process other[2];

struct force_empty {
	struct cgroup *cgrp;
	struct cftype *cft;
	int ret;
};

static void force_empty_group(void *arg)
{
	struct force_empty *f = arg;

	f->ret = cgroup_file_write(f->cgrp, f->cft, 1);
}

static void rmdir_force_empty(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };
	struct force_empty force_empty = { .cgrp = child, .cft = cgroup_open_file(child, "force_empty") };
	int i;

	for (i = 0; i < mapped_before; i++) {
		scene_process(&other[i], parent, page);
		scene_touch(&other[i]);
	}

	smplab_run_on(0, rmdir_group, &rmdir);
	smplab_run_on(1, force_empty_group, &force_empty);
	smplab_join_all();

	smplab_observe("force_empty", force_empty.ret);
	smplab_observe("rmdir", rmdir.ret);
	observe_page(page);
	observe_file_mapped("parent", parent);
	observe_file_mapped("child", child);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	rmdir_force_empty(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	rmdir_force_empty(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	rmdir_force_empty(test, 2);
}

static struct kunit_case rmdir_force_empty_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite rmdir_force_empty_suite = {
	.name = "rmdir_force_empty",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = rmdir_force_empty_cases,
};
kunit_test_suite(rmdir_force_empty_suite);
