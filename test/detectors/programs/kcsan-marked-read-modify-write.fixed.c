// SPDX-License-Identifier: MIT
/*
 * An atomic increment meets a plain read.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/atomic.h>

static atomic_t users;
static int seen;

void cpu0(void)
{
	atomic_inc(&users);
}

void cpu1(void)
{
	seen = atomic_read(&users);
}
