// SPDX-License-Identifier: MIT
/*
 * Two tasks think that each is the only one.
 * finding: kernel BUG in enter
 */
#include <linux/atomic.h>
#include <linux/bug.h>

static atomic_t inside;
static int taken;

static void enter(void)
{
	BUG_ON(atomic_inc_return(&inside) > 1);
	atomic_dec(&inside);
}

static void once(void)
{
	if (READ_ONCE(taken)) return; WRITE_ONCE(taken, 1);
	enter();
}

void cpu0(void)
{
	once();
}

void cpu1(void)
{
	once();
}
