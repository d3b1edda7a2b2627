// SPDX-License-Identifier: MIT
/*
 * Task i moves x from i - 1 to i, if it is there.
 */
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <smplab.h>

#ifndef N
#define N 6
#endif

static atomic_t x;

static void task(void *arg)
{
	int i = (long)arg;

	atomic_cmpxchg(&x, i - 1, i);
}

int main(void)
{
	long i;

	for (i = 1; i <= N; i++)
		smplab_run_on(i - 1, task, (void *)i);
	smplab_join_all();
	smplab_observe("x", atomic_read(&x));
	return 0;
}
