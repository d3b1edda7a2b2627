// SPDX-License-Identifier: MIT
/*
 * More interleavings than anybody waits for: four CPUs, each with counters of its own.
 *
 * smplab: cpus=4
 */
#include <linux/compiler.h>

#define ROUNDS 40

int a, b, c, d;

void cpu0(void)
{
	for (int i = 0; i < ROUNDS; i++)
		WRITE_ONCE(a, i + READ_ONCE(b));
}

void cpu1(void)
{
	for (int i = 0; i < ROUNDS; i++)
		WRITE_ONCE(b, i + READ_ONCE(c));
}

void cpu2(void)
{
	for (int i = 0; i < ROUNDS; i++)
		WRITE_ONCE(c, i + READ_ONCE(d));
}

void cpu3(void)
{
	for (int i = 0; i < ROUNDS; i++)
		WRITE_ONCE(d, i + READ_ONCE(a));
}
