// SPDX-License-Identifier: MIT
/*
 * An allocation that may sleep, with preemption off.
 * finding: BUG: sleeping function called from invalid context in main
 */
#include <linux/preempt.h>
#include <linux/slab.h>

int main(void)
{
	void *p;

	preempt_disable();
	p = kmalloc(16, GFP_ATOMIC);
	preempt_enable();
	kfree(p);
	return 0;
}
