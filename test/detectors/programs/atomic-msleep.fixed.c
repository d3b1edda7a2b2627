// SPDX-License-Identifier: MIT
/*
 * A driver waits for its device while it holds a spinlock, by sleeping.
 * finding: BUG: scheduling while atomic in cpu0
 */
#include <linux/delay.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static int ready;

void cpu0(void)
{
	spin_lock(&lock);
	mdelay(1);
	ready = 1;
	spin_unlock(&lock);
}
