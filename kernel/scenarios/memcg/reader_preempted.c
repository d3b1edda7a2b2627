// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process unmaps a page and rmdir() moves its charge, both on one CPU: the kernel preempts the
 * one in the middle for the other, wherever it may.
 *
 * Without a lock, the reader that is preempted between "whose page is it?" and the count must be
 * waited for. A mover that waits for it has to sleep, or neither would go on.
 *
 * "None", "one" and "two" count the processes that have the page mapped at the start, the one
 * that is going to unmap it among them; where it is none, that one maps the page first.
 *
 * smplab: cpus=1 preempt=full rcu=preempt
 * forall (child=0)
 *
 * Visible steps: 15 to 20 for each mapping and unmapping, 200 to 300 for rmdir().
 */
#include "memcg_promises.h"

static struct process reader, other;

static void reader_preempted(struct kunit *test, int mapped_before)
{
	struct cgroup *parent = scene_mkdir(test, scene_group[0]);
	struct cgroup *child = scene_mkdir(test, parent);
	struct page *page = scene_page(test, child, 0);
	struct rmdir rmdir = { .cgrp = child };

	scene_process(&reader, parent, page);
	scene_process(&other, parent, page);
	if (mapped_before >= 1)
		scene_touch(&reader);
	if (mapped_before >= 2)
		scene_touch(&other);

	smplab_run_on(0, unmapper_task(mapped_before), &reader);
	smplab_run_on(0, rmdir_group, &rmdir);
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
	reader_preempted(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	reader_preempted(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	reader_preempted(test, 2);
}

static struct kunit_case reader_preempted_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite reader_preempted_suite = {
	.name = "reader_preempted",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = reader_preempted_cases,
};
kunit_test_suite(reader_preempted_suite);
