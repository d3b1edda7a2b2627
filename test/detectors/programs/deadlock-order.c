// SPDX-License-Identifier: MIT
/*
 * Two mutexes in both orders: some runs hang.
 * finding: INFO: task hung in cpu0
 * finding: possible deadlock in cpu1
 */
#include <linux/mutex.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);

void cpu0(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
}

void cpu1(void)
{
	struct mutex *first = &b, *second = &a;

	mutex_lock(first);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}
