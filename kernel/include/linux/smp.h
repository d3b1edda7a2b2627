/* SPDX-License-Identifier: MIT */
/*
 * Which CPU is this? https://docs.kernel.org/core-api/this_cpu_ops.html
 * smp_processor_id() is checked as with DEBUG_PREEMPT (kernel/rules/preemptible.ts), raw_smp_processor_id() is not.
 * Simpler: no cross calls (smp_call_function*) in this kernel yet.
 */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/preempt.h>
#include <linux/cpumask.h>

int smp_processor_id(void);
int raw_smp_processor_id(void);
#define __smp_processor_id() raw_smp_processor_id()
#define debug_smp_processor_id() smp_processor_id()
/* preempt_disable() first: only then does the number stay true. */
#define get_cpu() ({ preempt_disable(); raw_smp_processor_id(); })
#define put_cpu() preempt_enable()

#endif
