// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory that nobody frees.
 * finding: memory leak in set_up
 */
#include <linux/percpu.h>

static int __percpu *hits;

static void set_up(void)
{
	hits = alloc_percpu(int);
}

static void drop(int whole)
{
	if (whole)
		free_percpu(hits);
	hits = NULL;
}

int main(void)
{
	set_up();
	this_cpu_inc(*hits);
	drop(0);
	return 0;
}
