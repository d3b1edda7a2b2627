// SPDX-License-Identifier: MIT
/*
 * Store buffering in a ring: task i stores to its own variable and loads its neighbour's.
 */
#include <linux/kernel.h>
#include <smplab.h>

#ifndef N
#define N 3
#endif

static long x[N];
static long r[N];

static void task(void *arg)
{
	long i = (long)arg;

	WRITE_ONCE(x[i], 1);
	WRITE_ONCE(r[i], READ_ONCE(x[(i + 1) % N]));
}

int main(void)
{
	long i;

	for (i = 0; i < N; i++)
		smplab_run_on(i, task, (void *)i);
	smplab_join_all();
	return 0;
}
