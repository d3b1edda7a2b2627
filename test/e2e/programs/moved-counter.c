// SPDX-License-Identifier: GPL-2.0-only
/* Two unbound tasks count on their CPU with preemption on; one is moved to the other's. */
#include <kunit/test.h>
#include <linux/percpu.h>
#include <smplab.h>

static DEFINE_PER_CPU(int, counter);

static void count(void *arg)
{
	int old = __this_cpu_read(counter);

	__this_cpu_write(counter, old + 1);
}

static void two_counters(struct kunit *test)
{
	smplab_run(count, NULL);
	smplab_run(count, NULL);
	smplab_join_all();
	KUNIT_EXPECT_EQ(test, per_cpu(counter, 0) + per_cpu(counter, 1), 2);
}

static struct kunit_case cases[] = { KUNIT_CASE(two_counters), {} };
static struct kunit_suite suite = { .name = "moved", .test_cases = cases };
kunit_test_suite(suite);
