// SPDX-License-Identifier: MIT
/*
 * The number of the CPU is stale as soon as it is known.
 * finding: BUG: using smp_processor_id() in preemptible code in main
 */
#include <linux/smp.h>

int main(void)
{
	int cpu;

	cpu = smp_processor_id();
	return cpu < 0;
}
