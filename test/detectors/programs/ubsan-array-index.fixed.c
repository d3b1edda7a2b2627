// SPDX-License-Identifier: MIT
/*
 * The loop runs over one element too many: it writes the member behind the array, inside the same object.
 * finding: UBSAN: array-index-out-of-bounds in clear
 */
#include <linux/slab.h>

#define STATS 4

struct group { int stat[STATS]; int users; };

static void clear(struct group *g)
{
	for (int i = 0; i < STATS; i++)
		g->stat[i] = 0;
}

int main(void)
{
	struct group *g = kzalloc(sizeof(*g), GFP_KERNEL);

	clear(g);
	kfree(g);
	return 0;
}
