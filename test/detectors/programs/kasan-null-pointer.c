// SPDX-License-Identifier: MIT
/*
 * A pointer is used before anybody has set it.
 * finding: BUG: unable to handle kernel NULL pointer dereference in cpu1
 */
#include <linux/compiler.h>
#include <linux/slab.h>

struct item { long key; long value; };
static struct item *shared;
static struct item one;
static long seen;

void cpu0(void)
{
	WRITE_ONCE(shared, &one);
}

void cpu1(void)
{
	struct item *p = READ_ONCE(shared);

	seen = READ_ONCE(p->value);
}
