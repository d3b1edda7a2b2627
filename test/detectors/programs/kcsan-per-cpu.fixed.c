// SPDX-License-Identifier: MIT
/*
 * Another CPU's copy is added to with a plain read-modify-write while its owner counts.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/percpu.h>

static DEFINE_PER_CPU(long, count);

void cpu0(void)
{
	this_cpu_add(count, 1);
}

void cpu1(void)
{
	per_cpu(count, 1) += 1;
}
