// SPDX-License-Identifier: MIT
/*
 * An interrupt handler allocates memory as if it could sleep.
 * finding: BUG: sleeping function called from invalid context in handler
 */
#include <linux/interrupt.h>
#include <linux/slab.h>
#include <smplab.h>

static irqreturn_t handler(int irq, void *dev)
{
	kfree(kmalloc(16, GFP_ATOMIC));
	return IRQ_HANDLED;
}

void setup(void)
{
	request_irq(3, handler, 0, "demo", NULL);
	smplab_irq_arrivals(3, 0, 1);
}

void cpu0(void)
{
	barrier();
}
