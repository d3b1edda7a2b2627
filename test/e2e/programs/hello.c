// SPDX-License-Identifier: MIT
#include <linux/printk.h>

int main(void)
{
	int i;

	for (i = 1; i <= 3; i++)
		printk("hello %d\n", i);
	return 0;
}
