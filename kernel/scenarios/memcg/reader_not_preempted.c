// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process unmaps a page and rmdir() moves its charge, both on one CPU of a kernel that does not
 * preempt: it gives the CPU up only where it sleeps or asks whether it should, so nobody comes in
 * the middle of an RCU read-side section.
 *
 * smplab: cpus=1 preempt=none rcu=sched
 * forall (child=0)
 *
 * Visible steps: as in reader_preempted.
 */
#include "memcg_promises.h"
#include "reader_and_rmdir.h"

static void page_mapped_by_none(struct kunit *test)
{
	reader_and_rmdir(test, 0);
}

static void page_mapped_by_one(struct kunit *test)
{
	reader_and_rmdir(test, 1);
}

static void page_mapped_by_two(struct kunit *test)
{
	reader_and_rmdir(test, 2);
}

static struct kunit_case reader_not_preempted_cases[] = {
	KUNIT_CASE(page_mapped_by_none),
	KUNIT_CASE(page_mapped_by_one),
	KUNIT_CASE(page_mapped_by_two),
	{}
};

static struct kunit_suite reader_not_preempted_suite = {
	.name = "reader_not_preempted",
	.init = scene_init,
	.exit = scene_exit,
	.test_cases = reader_not_preempted_cases,
};
kunit_test_suite(reader_not_preempted_suite);
