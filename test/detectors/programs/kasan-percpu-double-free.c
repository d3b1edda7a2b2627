// SPDX-License-Identifier: MIT
/*
 * Per-CPU memory is freed twice.
 * finding: KASAN: double-free in main
 */
#include <linux/percpu.h>

int main(void)
{
	bool twice = true;
	int __percpu *hits = alloc_percpu(int);

	free_percpu(hits);
	if (twice)
		free_percpu(hits);
	return 0;
}
