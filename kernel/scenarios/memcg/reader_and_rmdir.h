/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A process unmaps a page and rmdir() moves its charge, both on one CPU, where the lock of a page
 * table does not switch preemption off: shared by the scenarios that differ in what the kernel
 * preempts.
 *
 * "None", "one" and "two" count the processes that have the page mapped at the start, the one
 * that is going to unmap it among them; where it is none, that one maps the page first.
 */
#include "memcg_promises.h"

static struct process reader, other;

static void reader_and_rmdir(struct kunit *test, int mapped_before)
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

	smplab_run_on(0, unmapper_task_preemptible(mapped_before), &reader);
	smplab_run_on(0, rmdir_group, &rmdir);
	smplab_join_all();

	smplab_observe("rmdir", rmdir.ret);
	observe_page(page);
	observe_file_mapped("parent", parent);
	observe_file_mapped("child", child);
	observe_on_move();
	memcg_expect_promises(test);
}
