// SPDX-License-Identifier: MIT
/*
 * Two tasks wait for each other while a third polls for ever: the run never comes to a stop, and still they hang; the
 * third one goes round for nothing.
 * smplab: cpus=3
 * finding: BUG: soft lockup in cpu2
 * finding: INFO: task hung in cpu0
 * finding: possible deadlock in cpu1
 */
#include <linux/mutex.h>
#include <linux/atomic.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static atomic_t finished, looked;

void cpu0(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	atomic_inc(&finished);
	mutex_unlock(&b);
	mutex_unlock(&a);
}

void cpu1(void)
{
	struct mutex *first = &b, *second = &a;

	mutex_lock(first);
	mutex_lock(second);
	atomic_inc(&finished);
	mutex_unlock(second);
	mutex_unlock(first);
}

void cpu2(void)
{
	while (atomic_read(&finished) != 2)
		atomic_set(&looked, 1 - atomic_read(&looked));
}
