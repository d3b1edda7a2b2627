// SPDX-License-Identifier: MIT
/*
 * Two tasks, N times i += j and j += i with separate loads and stores, and one who looks: the largest value that
 * anybody can see is a Fibonacci number.
 */
#include <linux/kernel.h>
#include <smplab.h>

#ifndef N
#define N 3
#endif

static int i = 1, j = 1;

static void add_to_i(void *unused)
{
	int k;

	for (k = 0; k < N; k++) {
		int old = READ_ONCE(i);

		WRITE_ONCE(i, old + READ_ONCE(j));
	}
}

static void add_to_j(void *unused)
{
	int k;

	for (k = 0; k < N; k++) {
		int old = READ_ONCE(j);

		WRITE_ONCE(j, old + READ_ONCE(i));
	}
}

static void look(void *unused)
{
	int n, cur = 1, prev = 0;

	for (n = 0; n < 2 + 2 * N; n++) {
		int sum = prev + cur;

		prev = cur;
		cur = sum;
	}
	BUG_ON(READ_ONCE(i) > prev || READ_ONCE(j) > prev);
}

int main(void)
{
	smplab_run_on(0, add_to_i, NULL);
	smplab_run_on(1, add_to_j, NULL);
	smplab_run_on(2, look, NULL);
	smplab_join_all();
#ifndef ONLY_TASKS
	smplab_observe("i", i);
	smplab_observe("j", j);
#endif
	return 0;
}
