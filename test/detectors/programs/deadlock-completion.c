// SPDX-License-Identifier: MIT
/*
 * Whoever should complete waits for the lock that the waiter holds.
 * finding: INFO: task hung in cpu0
 */
#include <linux/completion.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(lock);
static DECLARE_COMPLETION(done);

void cpu0(void)
{
	mutex_lock(&lock);
	wait_for_completion(&done); mutex_unlock(&lock);
}

void cpu1(void)
{
	mutex_lock(&lock);
	complete(&done);
	mutex_unlock(&lock);
}
