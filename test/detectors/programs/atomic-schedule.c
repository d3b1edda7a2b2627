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
	schedule(); preempt_enable();
	return 0;
}
