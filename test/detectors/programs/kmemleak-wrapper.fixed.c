// SPDX-License-Identifier: MIT
/*
 * A leak is called after the function that asked the allocator's helper.
 * finding: memory leak in remember
 */
#include <linux/slab.h>

static char *last;

static void remember(const char *text)
{
	kfree(last);
	last = kstrdup(text, GFP_KERNEL);
}

int main(void)
{
	remember("one");
	remember("two");
	return 0;
}
