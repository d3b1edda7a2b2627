// SPDX-License-Identifier: MIT
/*
 * A reader and a writer of a pair, and what is wrong with the pair whoever reads it.
 *
 * smplab: cpus=2 preempt=full
 */
#include <kunit/test.h>
#include <smplab.h>
#include "mm/alike.c"

static void reader(void *arg)
{
	int left, right;

	pair_read(&left, &right);
}

static void writer(void *arg)
{
	pair_write();
}

static void checked(struct kunit *test)
{
	pair_check();
}

static void read_and_written(struct kunit *test)
{
	smplab_run_on(0, reader, NULL);
	smplab_run_on(1, writer, NULL);
	smplab_join_all();
}

static struct kunit_case alike_cases[] = { KUNIT_CASE(checked), KUNIT_CASE(read_and_written), {} };
static struct kunit_suite alike_suite = { .name = "alike", .test_cases = alike_cases };
kunit_test_suite(alike_suite);
