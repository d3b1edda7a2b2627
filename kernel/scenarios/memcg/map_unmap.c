// SPDX-License-Identifier: GPL-2.0-only
/*
 * One process maps a page while another one unmaps it.
 *
 * The last unmapping takes the flag away and the first mapping sets it, each some steps after
 * _mapcount has changed. Who is told last is not who came last.
 *
 * "None", "one" and "two" count the processes that have the page mapped at the start, the one
 * that is going to unmap it among them; where it is none, that one maps the page first.
 *
 * smplab: cpus=2 preempt=full
 * ~exists (mapped=1 /\ flag=0)
 *
 * Visible steps: some 15 for each mapping or unmapping that is the first or the last, 4 otherwise.
 */
#include "memcg_promises.h"

static struct process mapper, unmapper, other;

static void map_unmap(struct kunit *test, int mapped_before)
{
	struct cgroup *group = scene_mkdir(test, scene_group[0]);
	struct page *page = scene_page(test, group, 0);

	scene_process(&mapper, group, page);
	scene_process(&unmapper, group, page);
	scene_process(&other, group, page);
	if (mapped_before >= 1)
		scene_touch(&unmapper);
	if (mapped_before >= 2)
		scene_touch(&other);

	smplab_run_on(0, map_page, &mapper);
	smplab_run_on(1, unmapper_task(mapped_before), &unmapper);
	smplab_join_all();

	observe_page(page);
	observe_file_mapped("group", group);
	observe_on_move();
	memcg_expect_promises(test);
}

static void page_mapped_by_none(struct kunit *test)
{
	map_unmap(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	map_unmap(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	map_unmap(test, 2);
}

static struct kunit_case map_unmap_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite map_unmap_suite = {
	.name = "map_unmap",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = map_unmap_cases,
};
kunit_test_suite(map_unmap_suite);
