// SPDX-License-Identifier: MIT
/*
 * N tasks, one atomic increment each whose result nobody uses.
 */
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <smplab.h>

#ifndef N
#define N 7
#endif

static atomic_t counter;

static void task(void *unused)
{
	atomic_inc(&counter);
}

int main(void)
{
	int i;

	for (i = 0; i < N; i++)
		smplab_run_on(i, task, NULL);
	smplab_join_all();
	smplab_observe("counter", atomic_read(&counter));
	return 0;
}
