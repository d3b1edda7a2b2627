// SPDX-License-Identifier: MIT
/*
 * __this_cpu_add() relies on staying on its CPU, and nothing keeps it there.
 * finding: BUG: using __this_cpu_add() in preemptible code in count
 */
#include <linux/percpu.h>

static DEFINE_PER_CPU(long, hits);

static void count(void)
{
	__this_cpu_add(hits, 1);
}

int main(void)
{
	count();
	return 0;
}
