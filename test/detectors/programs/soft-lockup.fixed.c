// SPDX-License-Identifier: MIT
/*
 * Each of two tasks spins until the other has gone ahead.
 * finding: BUG: soft lockup in meet
 */
#include <linux/compiler.h>
#include <asm/processor.h>

static int ready[2];

static void meet(int me)
{
	WRITE_ONCE(ready[me], 1); while (!READ_ONCE(ready[1 - me]))
		cpu_relax();
	WRITE_ONCE(ready[me], 1);
}

void cpu0(void)
{
	meet(0);
}

void cpu1(void)
{
	meet(1);
}
