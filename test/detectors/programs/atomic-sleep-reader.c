// SPDX-License-Identifier: MIT
/*
 * A reader of RCU sleeps.
 * finding: BUG: sleeping function called from invalid context in main
 * finding: BUG: Invalid wait context in main
 */
#include <linux/mutex.h>
#include <linux/rcupdate.h>

static DEFINE_MUTEX(mutex);

int main(void)
{
	rcu_read_lock();
	mutex_lock(&mutex);
	mutex_unlock(&mutex);
	rcu_read_unlock();
	return 0;
}
