// SPDX-License-Identifier: MIT
/*
 * N tasks put four messages each into a hash table, every slot under its own mutex; up to 11 tasks never collide.
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <smplab.h>

#ifndef N
#define N 12
#endif
#define SIZE 128
#define MAX 4

static int table[SIZE];
static struct mutex slot[SIZE];

static int put(int h, int value)
{
	int done = 0;

	mutex_lock(&slot[h]);
	if (READ_ONCE(table[h]) == 0) {
		WRITE_ONCE(table[h], value);
		done = 1;
	}
	mutex_unlock(&slot[h]);
	return done;
}

static void task(void *arg)
{
	int id = (long)arg;
	int m;

	for (m = 1; m <= MAX; m++) {
		int w = m * 11 + id;
		int h = (w * 7) % SIZE;

		while (!put(h, w))
			h = (h + 1) % SIZE;
	}
}

int main(void)
{
	long i;

	for (i = 0; i < SIZE; i++)
		mutex_init(&slot[i]);
	for (i = 0; i < N; i++)
		smplab_run_on(i, task, (void *)i);
	smplab_join_all();
	return 0;
}
