// SPDX-License-Identifier: MIT
/*
 * N tasks, M times a counter under a mutex.
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <smplab.h>

#ifndef N
#define N 3
#endif
#ifndef M
#define M 2
#endif

static DEFINE_MUTEX(lock);
static long counter;

static void task(void *unused)
{
	int i;

	for (i = 0; i < M; i++) {
		mutex_lock(&lock);
		counter = counter + 1;
		mutex_unlock(&lock);
	}
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
