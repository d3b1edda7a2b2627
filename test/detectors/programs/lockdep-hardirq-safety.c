// SPDX-License-Identifier: MIT
/*
 * A driver takes the lock of its handler without turning interrupts off. The handler keeps its CPU for ever.
 * finding: inconsistent lock state in handler
 * finding: INFO: task hung in handler
 */
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <smplab.h>

static DEFINE_SPINLOCK(lock);
static int seen;

static irqreturn_t handler(int irq, void *dev)
{
	spin_lock(&lock);
	seen++;
	spin_unlock(&lock);
	return IRQ_HANDLED;
}

void setup(void)
{
	request_irq(3, handler, 0, "demo", NULL);
	smplab_irq_arrivals(3, 0, 1);
}

static void drive(void)
{
	seen++;
}

void cpu0(void)
{
	spin_lock(&lock); drive(); spin_unlock(&lock);
}
