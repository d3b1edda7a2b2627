// SPDX-License-Identifier: MIT
/*
 * An array of each CPU is indexed beyond its end.
 * finding: KASAN: percpu-out-of-bounds Write in main
 */
#include <linux/percpu.h>

static DEFINE_PER_CPU(int[4], slots);

int main(void)
{
	int *own = get_cpu_var(slots);

	own[4] = 1;
	put_cpu_var(slots);
	return 0;
}
