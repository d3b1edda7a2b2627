/* SPDX-License-Identifier: MIT */
/*
 * Sets of CPUs. https://docs.kernel.org/core-api/cpu_hotplug.html
 * The number of CPUs is the run's (--cpus); NR_CPUS is the most a run may have.
 * Simpler: all CPUs are possible and present; they are online and active until somebody takes them down (linux/cpu.h).
 */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <linux/kernel.h>
#include <linux/threads.h>
#include <linux/bitmap.h>

typedef struct cpumask {
	DECLARE_BITMAP(bits, NR_CPUS);
} cpumask_t;
typedef struct cpumask cpumask_var_t[1];

unsigned int num_possible_cpus(void);
#define num_present_cpus() num_possible_cpus()
unsigned int num_online_cpus(void);
#define num_active_cpus() num_online_cpus()
#define nr_cpu_ids num_possible_cpus()
#define nr_cpumask_bits ((unsigned int)NR_CPUS)

#define cpu_possible(cpu) ((unsigned int)(cpu) < num_possible_cpus())
#define cpu_present(cpu) cpu_possible(cpu)
int __smplab_cpu_is_online(int cpu);
#define cpu_online(cpu) __smplab_cpu_is_online(cpu)
#define cpu_active(cpu) cpu_online(cpu)

/* A read-only mask of the run's CPUs, one for each context that asks. */
const struct cpumask *__smplab_cpu_mask(void);
#define cpu_possible_mask __smplab_cpu_mask()
#define cpu_present_mask __smplab_cpu_mask()
/* Those that are online now. */
const struct cpumask *__smplab_online_mask(void);
#define cpu_online_mask __smplab_online_mask()
#define cpu_active_mask cpu_online_mask

#define cpumask_bits(maskp) ((maskp)->bits)
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (unsigned int)(cpu) < num_possible_cpus(); (cpu)++)
#define for_each_present_cpu(cpu) for_each_possible_cpu(cpu)
int __smplab_next_online_cpu(int cpu);
#define for_each_online_cpu(cpu)                                                                  \
	for ((cpu) = __smplab_next_online_cpu(-1); (unsigned int)(cpu) < nr_cpu_ids;              \
	     (cpu) = __smplab_next_online_cpu(cpu))
#define for_each_cpu(cpu, mask)                                                                   \
	for ((cpu) = cpumask_first(mask); (unsigned int)(cpu) < nr_cpu_ids; (cpu) = cpumask_next(cpu, mask))
#define for_each_cpu_and(cpu, mask1, mask2)                                                       \
	for_each_cpu(cpu, mask1)                                                                  \
		if (!cpumask_test_cpu(cpu, mask2)) { } else
#define for_each_cpu_mask(cpu, mask) for_each_cpu(cpu, &(mask))

#define cpumask_test_cpu(cpu, mask) test_bit(cpu, cpumask_bits(mask))
#define cpumask_set_cpu(cpu, mask) set_bit(cpu, cpumask_bits(mask))
#define cpumask_clear_cpu(cpu, mask) clear_bit(cpu, cpumask_bits(mask))
#define __cpumask_set_cpu(cpu, mask) __set_bit(cpu, cpumask_bits(mask))
#define __cpumask_clear_cpu(cpu, mask) __clear_bit(cpu, cpumask_bits(mask))
#define cpumask_test_and_set_cpu(cpu, mask) test_and_set_bit(cpu, cpumask_bits(mask))
#define cpumask_test_and_clear_cpu(cpu, mask) test_and_clear_bit(cpu, cpumask_bits(mask))

static inline unsigned int cpumask_first(const struct cpumask *mask)
{
	return find_first_bit(mask->bits, NR_CPUS);
}

static inline unsigned int cpumask_next(int cpu, const struct cpumask *mask)
{
	return find_next_bit(mask->bits, NR_CPUS, cpu + 1);
}

static inline unsigned int cpumask_first_zero(const struct cpumask *mask)
{
	return find_first_zero_bit(mask->bits, NR_CPUS);
}

static inline unsigned int cpumask_first_and(const struct cpumask *a, const struct cpumask *b)
{
	unsigned int cpu = cpumask_first(a);

	while (cpu < NR_CPUS && !cpumask_test_cpu(cpu, b))
		cpu = cpumask_next(cpu, a);
	return cpu;
}

static inline unsigned int cpumask_any_but(const struct cpumask *mask, unsigned int cpu)
{
	unsigned int other = cpumask_first(mask);

	return other == cpu ? cpumask_next(other, mask) : other;
}

#define cpumask_any(mask) cpumask_first(mask)
#define cpumask_any_and(a, b) cpumask_first_and(a, b)
#define cpumask_intersects(a, b) (cpumask_first_and(a, b) < NR_CPUS)
#define cpumask_weight(mask) bitmap_weight((mask)->bits, NR_CPUS)
#define cpumask_empty(mask) bitmap_empty((mask)->bits, NR_CPUS)
#define cpumask_clear(mask) bitmap_zero((mask)->bits, NR_CPUS)
#define cpumask_copy(dst, src) bitmap_copy((dst)->bits, (src)->bits, NR_CPUS)
#define cpumask_and(dst, a, b) bitmap_and((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_or(dst, a, b) bitmap_or((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_andnot(dst, a, b) bitmap_andnot((dst)->bits, (a)->bits, (b)->bits, NR_CPUS)
#define cpumask_equal(a, b) bitmap_equal((a)->bits, (b)->bits, NR_CPUS)
#define cpumask_setall(mask) cpumask_copy(mask, cpu_possible_mask)
#define alloc_cpumask_var(mask, flags) ((void)(flags), (void)(mask), true)
#define zalloc_cpumask_var(mask, flags) (cpumask_clear(*(mask)), true)
#define free_cpumask_var(mask) ((void)(mask))

#endif
