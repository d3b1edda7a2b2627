// SPDX-License-Identifier: MIT
/*
 * A sequence counter written out: the reader tries again while a writer was inside.
 */
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <smplab.h>

static unsigned int sequence;
static long first, second;
static long seen_first, seen_second;

static void writer(void *unused)
{
	WRITE_ONCE(sequence, sequence + 1);
	smp_wmb();
	WRITE_ONCE(first, 1);
	WRITE_ONCE(second, 1);
	smp_wmb();
	WRITE_ONCE(sequence, sequence + 1);
}

static void reader(void *unused)
{
	unsigned int before;

	do {
		while ((before = READ_ONCE(sequence)) & 1)
			cpu_relax();
		smp_rmb();
		seen_first = READ_ONCE(first);
		seen_second = READ_ONCE(second);
		smp_rmb();
	} while (READ_ONCE(sequence) != before);
}

int main(void)
{
	smplab_run_on(0, writer, NULL);
	smplab_run_on(1, reader, NULL);
	smplab_join_all();
	smplab_observe("first", seen_first);
	smplab_observe("second", seen_second);
	return 0;
}
