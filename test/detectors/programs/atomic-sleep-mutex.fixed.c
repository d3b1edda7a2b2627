// SPDX-License-Identifier: MIT
/*
 * A mutex is taken under a spinlock.
 * finding: BUG: sleeping function called from invalid context in main
 * finding: BUG: Invalid wait context in main
 */
#include <linux/mutex.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(other);

int main(void)
{
	spin_lock(&lock);
	spin_lock(&other); spin_unlock(&other);
	spin_unlock(&lock);
	return 0;
}
