// SPDX-License-Identifier: MIT
/* Two tasks count without a lock. */
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <smplab.h>

static DEFINE_SPINLOCK(lock);
static long counter;
static long guarded;

static void task(void *unused)
{
	counter = counter + 1;
	spin_lock(&lock);
	guarded++;
	spin_unlock(&lock);
}

int main(void)
{
	smplab_run_on(0, task, NULL);
	smplab_run_on(1, task, NULL);
	smplab_join_all();
	smplab_observe("counter", counter);
	smplab_observe("guarded", guarded);
	return 0;
}
