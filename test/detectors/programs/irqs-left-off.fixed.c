// SPDX-License-Identifier: MIT
/*
 * Interrupts are saved and never restored.
 * finding: WARNING: interrupts left disabled at exit
 */
#include <linux/irqflags.h>

int main(void)
{
	unsigned long flags;

	local_irq_save(flags);
	local_irq_restore(flags);
	return 0;
}
