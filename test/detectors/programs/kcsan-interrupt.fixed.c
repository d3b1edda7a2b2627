// SPDX-License-Identifier: MIT
/*
 * A handler counts while a task on another CPU counts too.
 * finding: KCSAN: data-race in cpu1 / handler
 */
#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <smplab.h>

static atomic_t events;

static irqreturn_t handler(int irq, void *dev)
{
	atomic_inc(&events);
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

void cpu1(void)
{
	atomic_inc(&events);
}
