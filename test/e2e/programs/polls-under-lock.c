// SPDX-License-Identifier: MIT
/* Waits for a flag that it looks at with a lock held: each round changes the lock and changes it back. */
#include <linux/spinlock.h>
#include <smplab.h>

static DEFINE_SPINLOCK(lock);
static int ready;

static int is_ready(void)
{
	int now;

	spin_lock(&lock);
	now = ready;
	spin_unlock(&lock);
	return now;
}

void cpu0(void)
{
	while (!is_ready())
		;
}

void cpu1(void)
{
	spin_lock(&lock);
	ready = 1;
	spin_unlock(&lock);
}
