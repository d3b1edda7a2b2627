// SPDX-License-Identifier: MIT
/*
 * The address of a per-CPU variable is followed as if it were memory.
 * finding: BUG: per-CPU pointer followed as an ordinary one in count
 */
#include <linux/percpu.h>

static DEFINE_PER_CPU(long, hits);

static void count(long *counter)
{
	++*counter;
}

int main(void)
{
	count(&hits);
	return 0;
}
