// SPDX-License-Identifier: MIT
/*
 * A task tries again and again to take a mutex that the other one has left locked behind its back.
 * finding: BUG: soft lockup in cpu1
 * finding: WARNING: lock taken in cpu0 is held at exit
 */
#include <linux/mutex.h>
#include <asm/processor.h>

static DEFINE_MUTEX(lock);
static int stopped, turns;

void cpu0(void)
{
	mutex_lock(&lock);
	if (READ_ONCE(stopped))
		return;
	mutex_unlock(&lock);
}

void cpu1(void)
{
	WRITE_ONCE(stopped, 1);
	while (!mutex_trylock(&lock))
		cpu_relax();
	turns++;
	mutex_unlock(&lock);
}
