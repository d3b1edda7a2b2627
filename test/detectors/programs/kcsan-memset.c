// SPDX-License-Identifier: MIT
/*
 * A block is cleared while another CPU reads a part of it.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/spinlock.h>
#include <linux/string.h>

static DEFINE_SPINLOCK(lock);
static struct { long a, b, c; } block;
static long seen;

void cpu0(void)
{
	spin_lock(&lock);
	memset(&block, 0, sizeof(block));
	spin_unlock(&lock);
}

void cpu1(void)
{
	seen = block.b;
}
