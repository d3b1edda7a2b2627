// SPDX-License-Identifier: MIT
/*
 * Both CPUs find the last user gone.
 * finding: KASAN: double-free in cpu1
 * finding: KASAN: double-free in cpu0
 */
#include <linux/atomic.h>
#include <linux/slab.h>

static void *object;
static atomic_t users = ATOMIC_INIT(2);

void setup(void)
{
	object = kmalloc(8, GFP_KERNEL);
}

static bool put(void)
{
	atomic_dec(&users); return atomic_read(&users) == 0;
}

void cpu0(void)
{
	if (put())
		kfree(object);
}

void cpu1(void)
{
	if (put())
		kfree(object);
}
