// SPDX-License-Identifier: MIT
/*
 * A ticket lock written out: the waiter spins until its number is called.
 */
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <smplab.h>

#ifndef N
#define N 3
#endif

static atomic_t next;
static int owner;
static long shared;

static void task(void *unused)
{
	int me = atomic_fetch_add(1, &next);

	while (smp_load_acquire(&owner) != me)
		cpu_relax();
	shared = shared + 1;
	smp_store_release(&owner, me + 1);
}

int main(void)
{
	int i;

	for (i = 0; i < N; i++)
		smplab_run_on(i, task, NULL);
	smplab_join_all();
	smplab_observe("shared", shared);
	return 0;
}
