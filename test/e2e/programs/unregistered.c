// SPDX-License-Identifier: MIT
#include <kunit/test.h>

static void a_case(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 1, 1);
}

static struct kunit_case cases[] = { KUNIT_CASE(a_case), {} };
struct kunit_suite lonely = { .name = "lonely", .test_cases = cases };
