// SPDX-License-Identifier: MIT
/* More than eight hundred outcomes, of forty steps and more each. */
#include <linux/compiler.h>

static int x;
int first, second;

void cpu0(void)
{
	for (int i = 1; i <= 40; i++)
		WRITE_ONCE(x, i);
}

void cpu1(void)
{
	first = READ_ONCE(x);
	second = READ_ONCE(x);
}
