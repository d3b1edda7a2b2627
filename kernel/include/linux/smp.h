/* SPDX-License-Identifier: MIT */
/*
 * Which CPU is this, and calling functions on the others. https://docs.kernel.org/core-api/this_cpu_ops.html
 * smp_processor_id() is checked as with DEBUG_PREEMPT (kernel/rules/preemptible.ts), raw_smp_processor_id() is not.
 * Cross calls: kernel/objects/ipi.ts. They run on the other CPU in hardirq context.
 */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/preempt.h>
#include <linux/cpumask.h>

int smp_processor_id(void);
int raw_smp_processor_id(void);
#define __smp_processor_id() raw_smp_processor_id()
#define debug_smp_processor_id() smp_processor_id()
/* preempt_disable() first: only then does the number stay true. */
#define get_cpu() ({ preempt_disable(); raw_smp_processor_id(); })
#define put_cpu() preempt_enable()

typedef void (*smp_call_func_t)(void *info);

void __smplab_call_cpus(unsigned long cpus, void (*context)(void *), smp_call_func_t func, void *info, int wait);
smp_call_func_t __smplab_ipi_begin(void);
void __smplab_context_done(void);

static inline void __smplab_ipi(void *info)
{
	__smplab_ipi_begin()(info);
	__smplab_context_done();
}

static inline void __smplab_call_here(smp_call_func_t func, void *info)
{
	unsigned long flags;

	local_irq_save(flags);
	func(info);
	local_irq_restore(flags);
}

static inline int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	int err = 0;

	/* Two CPUs that call each other like that wait for ever. */
	WARN_ON_ONCE(irqs_disabled());
	if (cpu == get_cpu())
		__smplab_call_here(func, info);
	else if (cpu_online(cpu))
		__smplab_call_cpus(1UL << cpu, __smplab_ipi, func, info, wait);
	else
		err = -ENXIO;
	put_cpu();
	return err;
}

/* On all other CPUs of the mask; preemption is off. */
static inline void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)
{
	WARN_ON_ONCE(irqs_disabled());
	__smplab_call_cpus(mask->bits[0], __smplab_ipi, func, info, wait);
}

static inline int smp_call_function(smp_call_func_t func, void *info, int wait)
{
	preempt_disable();
	smp_call_function_many(cpu_online_mask, func, info, wait);
	preempt_enable();
	return 0;
}

static inline int on_each_cpu(smp_call_func_t func, void *info, int wait)
{
	preempt_disable();
	smp_call_function_many(cpu_online_mask, func, info, wait);
	__smplab_call_here(func, info);
	preempt_enable();
	return 0;
}

static inline void on_each_cpu_mask(const struct cpumask *mask, smp_call_func_t func, void *info, bool wait)
{
	int cpu = get_cpu();

	smp_call_function_many(mask, func, info, wait);
	if (mask->bits[0] & (1UL << cpu))
		__smplab_call_here(func, info);
	put_cpu();
}

/* On a CPU of the mask: this one if it is in it. */
static inline int smp_call_function_any(const struct cpumask *mask, smp_call_func_t func, void *info, int wait)
{
	int cpu = get_cpu(), err = -ENXIO;

	if (!(mask->bits[0] & (1UL << cpu)))
		cpu = cpumask_any_and(mask, cpu_online_mask);
	if (cpu < nr_cpu_ids)
		err = smp_call_function_single(cpu, func, info, wait);
	put_cpu();
	return err;
}

typedef bool (*smp_cond_func_t)(int cpu, void *info);

/* On those of the mask for which the condition, which is asked here, holds. */
static inline void on_each_cpu_cond_mask(smp_cond_func_t cond, smp_call_func_t func, void *info, bool wait,
					 const struct cpumask *mask)
{
	struct cpumask chosen = { { 0 } };
	int cpu;

	preempt_disable();
	for_each_cpu_and(cpu, mask, cpu_online_mask)
		if (cond(cpu, info))
			chosen.bits[0] |= 1UL << cpu;
	on_each_cpu_mask(&chosen, func, info, wait);
	preempt_enable();
}

#define on_each_cpu_cond(cond, func, info, wait)                                                  \
	on_each_cpu_cond_mask(cond, func, info, wait, cpu_online_mask)

#endif
