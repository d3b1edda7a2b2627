// SPDX-License-Identifier: MIT
/*
 * An early return forgets the lock.
 * finding: WARNING: lock taken in cpu0 is held at exit
 */
#include <linux/mutex.h>

static DEFINE_MUTEX(lock);
static int ready;

void cpu0(void)
{
	mutex_lock(&lock);
	if (!ready)
		goto out;
	ready = 2;
out:
	mutex_unlock(&lock);
}
