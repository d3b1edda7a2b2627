// SPDX-License-Identifier: MIT
/*
 * A handler reads under a lock that a writer holds while it takes one that interrupts may find held.
 * finding: possible deadlock in change
 * finding: INFO: task hung in handler
 */
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <smplab.h>

static DEFINE_RWLOCK(table);
static DEFINE_SPINLOCK(log);
static int entries;
static int seen;

static irqreturn_t handler(int irq, void *dev)
{
	read_lock(&table);
	seen = entries;
	read_unlock(&table);
	return IRQ_HANDLED;
}

void setup(void)
{
	request_irq(3, handler, 0, "demo", NULL);
	smplab_irq_arrivals(3, 0, 1);
}

static void change(void)
{
	write_lock_irq(&table);
	spin_lock(&log);
	entries++;
	spin_unlock(&log);
	write_unlock_irq(&table);
}

void cpu0(void)
{
	spin_lock(&log); spin_unlock(&log);
}

void cpu1(void)
{
	change();
}
