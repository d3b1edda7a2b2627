// SPDX-License-Identifier: MIT
/*
 * N tasks, M times counter = f(counter), where f takes K rounds of a loop that nobody else can notice.
 */
#include <linux/kernel.h>
#include <smplab.h>

#ifndef N
#define N 2
#endif
#ifndef M
#define M 3
#endif
#ifndef K
#define K 2000
#endif

static unsigned long counter;

static unsigned long mixed(unsigned long v)
{
	unsigned long sum = v;
	int i;

	for (i = 0; i < K; i++)
		sum = sum * 31 + (sum >> 7 ^ i);
	return (v & 0xff) + 1 + (sum == 5);
}

static void task(void *unused)
{
	int i;

	for (i = 0; i < M; i++)
		WRITE_ONCE(counter, mixed(READ_ONCE(counter)));
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
