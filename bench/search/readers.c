// SPDX-License-Identifier: MIT
/*
 * One writer, N readers of the same variable.
 */
#include <linux/kernel.h>
#include <smplab.h>

#ifndef N
#define N 13
#endif

static long x;
static long seen[N];

static void reader(void *arg)
{
	long i = (long)arg;

	WRITE_ONCE(seen[i], READ_ONCE(x));
}

static void writer(void *unused)
{
	WRITE_ONCE(x, 1);
}

int main(void)
{
	long i;

	smplab_run_on(0, writer, NULL);
	for (i = 0; i < N; i++)
		smplab_run_on(i + 1, reader, (void *)i);
	smplab_join_all();
	return 0;
}
