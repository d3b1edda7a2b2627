// SPDX-License-Identifier: MIT
#include <linux/slab.h>

int main(void)
{
	for (;;) {
		char *p = kmalloc(1024, GFP_KERNEL);

		p[0] = 1;
	}
}
