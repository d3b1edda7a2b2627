// SPDX-License-Identifier: GPL-2.0-only
/*
 * A counter without a lock: the data race, and the update that it loses.
 *
 *	smplab run examples/lost_update
 */
#include <kunit/test.h>
#include <smplab.h>

static int counter;

static void count(void *arg)
{
	counter++;
}

static void two_counts(struct kunit *test)
{
	smplab_run_on(0, count, NULL);
	smplab_run_on(1, count, NULL);
	smplab_join_all();
	smplab_observe("counter", counter);
	KUNIT_EXPECT_EQ(test, counter, 2);
}

static struct kunit_case cases[] = { KUNIT_CASE(two_counts), {} };
static struct kunit_suite suite = { .name = "examples", .test_cases = cases };
kunit_test_suite(suite);
