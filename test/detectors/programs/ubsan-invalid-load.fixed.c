// SPDX-License-Identifier: MIT
/*
 * A flag is filled with a byte that is neither true nor false.
 * finding: UBSAN: invalid-load in main
 */
#include <linux/slab.h>
#include <linux/string.h>

struct page_state { bool dirty; };

int main(void)
{
	struct page_state *s = kmalloc(sizeof(*s), GFP_KERNEL);
	int dirty;

	memset(s, 0x01, sizeof(*s));
	dirty = s->dirty;
	kfree(s);
	return !dirty;
}
