// SPDX-License-Identifier: MIT
/*
 * Task j sets array[j] to array[j - 1] + 1; task 0 looks for the last element that is still zero. From "Source Sets"
 * (JACM 64(4), 2017): searches without wakeup trees start many runs here that turn out to be redundant.
 */
#include <linux/kernel.h>
#include <smplab.h>

#ifndef N
#define N 10
#endif

static int array[N + 1];

static void reader(void *unused)
{
	int i = N;

	while (READ_ONCE(array[i]) != 0)
		i--;
}

static void writer(void *arg)
{
	long j = (long)arg;

	WRITE_ONCE(array[j], READ_ONCE(array[j - 1]) + 1);
}

int main(void)
{
	long j;

	smplab_run_on(0, reader, NULL);
	for (j = 1; j <= N; j++)
		smplab_run_on(j, writer, (void *)j);
	smplab_join_all();
	return 0;
}
