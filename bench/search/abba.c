// SPDX-License-Identifier: MIT
/*
 * Two spinlocks taken in opposite orders.
 */
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <smplab.h>

static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static int both;

static void ab(void *unused)
{
	spin_lock(&a);
	spin_lock(&b);
	both++;
	spin_unlock(&b);
	spin_unlock(&a);
}

static void ba(void *unused)
{
	spin_lock(&b);
	spin_lock(&a);
	both++;
	spin_unlock(&a);
	spin_unlock(&b);
}

int main(void)
{
	smplab_run_on(0, ab, NULL);
	smplab_run_on(1, ba, NULL);
	smplab_join_all();
	smplab_observe("both", both);
	return 0;
}
