// SPDX-License-Identifier: MIT
/*
 * A function takes the mutex that its caller holds.
 * finding: possible deadlock in refill
 * finding: INFO: task hung in refill
 */
#include <linux/mutex.h>

static DEFINE_MUTEX(pool);
static DEFINE_MUTEX(stock);
static int n;

static void refill(struct mutex *guard)
{
	mutex_lock(guard);
	n++;
	mutex_unlock(guard);
}

void cpu0(void)
{
	mutex_lock(&pool);
	refill(&pool);
	mutex_unlock(&pool);
}
