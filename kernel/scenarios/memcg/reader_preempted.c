// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process unmaps a page and rmdir() moves its charge, both on one CPU: the kernel preempts the
 * one in the middle for the other, wherever it may. As on PREEMPT_RT, the lock of a page table
 * is one that sleeps: otherwise nobody could be preempted while a mapping is counted.
 *
 * Without a lock, the reader that is preempted between "whose page is it?" and the count must be
 * waited for. A mover that waits for it has to sleep, or neither would go on.
 *
 * smplab: cpus=1 preempt=full rcu=preempt
 * forall (child=0)
 *
 * Visible steps: some 15 for each mapping and unmapping, 200 for rmdir().
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
