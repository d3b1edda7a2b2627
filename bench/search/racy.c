// SPDX-License-Identifier: MIT
/*
 * N tasks, M times counter = counter + 1 as a load and a store: lost updates.
 */
#include <linux/kernel.h>
#include <smplab.h>

#ifndef N
#define N 2
#endif
#ifndef M
#define M 2
#endif

static long counter;

static void task(void *unused)
{
	int i;

	for (i = 0; i < M; i++)
		WRITE_ONCE(counter, READ_ONCE(counter) + 1);
}

int main(void)
{
	int i;

	for (i = 0; i < N; i++)
		smplab_run_on(i, task, NULL);
	smplab_join_all();
	smplab_observe("counter", counter);
	return 0;
}
