// SPDX-License-Identifier: MIT
/*
 * Each CPU writes one variable and reads the other: under sequential consistency one of them
 * always sees the other's write.
 *
 * exists (r0=0 /\ r1=0)
 */
#include <linux/compiler.h>

int x, y, r0, r1;

void cpu0(void)
{
	WRITE_ONCE(x, 1);
	r0 = READ_ONCE(y);
}

void cpu1(void)
{
	WRITE_ONCE(y, 1);
	r1 = READ_ONCE(x);
}
