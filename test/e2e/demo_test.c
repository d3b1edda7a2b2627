// SPDX-License-Identifier: MIT
/*
 * Two writers count at the same time.
 *
 * smplab: cpus=2 preempt=full cost=two_writers
 * ~exists (sum=1)
 */
#include <kunit/test.h>
#include <smplab.h>
#include "mm/demo.c"

static void writer(void *arg)
{
	stat_update();
}

static void two_writers(struct kunit *test)
{
	smplab_run_on(0, writer, NULL);
	smplab_run_on(1, writer, NULL);
	smplab_join_all();
	smplab_observe("sum", stat_read());
}

static struct kunit_case demo_cases[] = { KUNIT_CASE(two_writers), {} };
static struct kunit_suite demo_suite = { .name = "demo", .test_cases = demo_cases };
kunit_test_suite(demo_suite);
