// SPDX-License-Identifier: MIT
/*
 * Two plain increments of one counter, each under a lock of its own.
 * finding: KCSAN: data-race in hit / hit
 */
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(other);
static int hits;

static void hit(spinlock_t *guard)
{
	spin_lock(guard);
	hits++;
	spin_unlock(guard);
}

void cpu0(void)
{
	hit(&lock);
}

void cpu1(void)
{
	hit(&other);
}
