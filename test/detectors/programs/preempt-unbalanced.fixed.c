// SPDX-License-Identifier: MIT
/*
 * Preemption is turned off twice and on once.
 * finding: WARNING: preempt_disable() without preempt_enable() at exit
 */
#include <linux/preempt.h>

int main(void)
{
	preempt_disable();
	barrier();
	preempt_enable();
	return 0;
}
