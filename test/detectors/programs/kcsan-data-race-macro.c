// SPDX-License-Identifier: MIT
/*
 * data_race() says that nobody shall complain about this read.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/compiler.h>

static int statistics;
static int seen;

void cpu0(void)
{
	statistics = 1;
}

void cpu1(void)
{
	seen = statistics;
}
