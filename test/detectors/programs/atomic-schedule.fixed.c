// SPDX-License-Identifier: MIT
/*
 * schedule() with preemption off.
 * finding: BUG: scheduling while atomic in main
 */
#include <linux/preempt.h>
#include <linux/sched.h>

int main(void)
{
	preempt_disable();
	preempt_enable(); schedule();
	return 0;
}
