// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two mutexes, taken in both orders: the deadlock itself, and the order of locks that makes it possible.
 *
 *	smplab run examples/abba
 */
#include <kunit/test.h>
#include <linux/mutex.h>
#include <smplab.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static int moved;

static void there(void *arg)
{
	mutex_lock(&a);
	mutex_lock(&b);
	moved++;
	mutex_unlock(&b);
	mutex_unlock(&a);
}

static void back(void *arg)
{
	mutex_lock(&b);
	mutex_lock(&a);
	moved--;
	mutex_unlock(&a);
	mutex_unlock(&b);
}

static void ab_ba(struct kunit *test)
{
	smplab_run_on(0, there, NULL);
	smplab_run_on(1, back, NULL);
	smplab_join_all();
	KUNIT_EXPECT_EQ(test, moved, 0);
}

static struct kunit_case cases[] = { KUNIT_CASE(ab_ba), {} };
static struct kunit_suite suite = { .name = "examples", .test_cases = cases };
kunit_test_suite(suite);
