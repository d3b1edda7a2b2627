/* SPDX-License-Identifier: MIT */
/*
 * Counters that CPUs keep parts of. https://docs.kernel.org/core-api/kernel-api.html
 * A part that reaches the batch is added to the count under the lock; percpu_counter_read() looks at the count only,
 * percpu_counter_sum() at all parts.
 * Simpler: parts of CPUs that go offline stay where they are and are summed all the same.
 */
#ifndef _LINUX_PERCPU_COUNTER_H
#define _LINUX_PERCPU_COUNTER_H

#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct percpu_counter {
	raw_spinlock_t lock;
	s64 count;
	s32 __percpu *counters;
};

#define percpu_counter_batch 32

static inline int percpu_counter_init(struct percpu_counter *fbc, s64 amount, gfp_t gfp)
{
	raw_spin_lock_init(&fbc->lock);
	fbc->count = amount;
	fbc->counters = alloc_percpu(s32);
	return fbc->counters ? 0 : -ENOMEM;
}

static inline void percpu_counter_destroy(struct percpu_counter *fbc)
{
	free_percpu(fbc->counters);
	fbc->counters = NULL;
}

#define percpu_counter_initialized(fbc) ((fbc)->counters != NULL)

static inline void percpu_counter_add_batch(struct percpu_counter *fbc, s64 amount, s32 batch)
{
	unsigned long flags;
	s64 part;

	local_irq_save(flags);
	part = this_cpu_read(*fbc->counters) + amount;
	if (part >= batch || part <= -batch) {
		raw_spin_lock(&fbc->lock);
		WRITE_ONCE(fbc->count, fbc->count + part);
		this_cpu_write(*fbc->counters, 0);
		raw_spin_unlock(&fbc->lock);
	} else {
		this_cpu_write(*fbc->counters, part);
	}
	local_irq_restore(flags);
}

#define percpu_counter_add(fbc, amount) percpu_counter_add_batch(fbc, amount, percpu_counter_batch)
#define percpu_counter_add_local(fbc, amount) percpu_counter_add_batch(fbc, amount, 0x7fffffff)
#define percpu_counter_sub(fbc, amount) percpu_counter_add(fbc, -(s64)(amount))
#define percpu_counter_inc(fbc) percpu_counter_add(fbc, 1)
#define percpu_counter_dec(fbc) percpu_counter_add(fbc, -1)

#define percpu_counter_read(fbc) READ_ONCE((fbc)->count)
#define percpu_counter_read_positive(fbc)                                                         \
	({                                                                                        \
		s64 __smplab_count = percpu_counter_read(fbc);                                    \
		__smplab_count < 0 ? 0 : __smplab_count;                                          \
	})

static inline s64 percpu_counter_sum(struct percpu_counter *fbc)
{
	unsigned long flags;
	s64 sum;
	int cpu;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	sum = fbc->count;
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(*per_cpu_ptr(fbc->counters, cpu));
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
	return sum;
}

static inline s64 percpu_counter_sum_positive(struct percpu_counter *fbc)
{
	s64 sum = percpu_counter_sum(fbc);

	return sum < 0 ? 0 : sum;
}

static inline void percpu_counter_set(struct percpu_counter *fbc, s64 amount)
{
	unsigned long flags;
	int cpu;

	raw_spin_lock_irqsave(&fbc->lock, flags);
	for_each_possible_cpu(cpu)
		WRITE_ONCE(*per_cpu_ptr(fbc->counters, cpu), 0);
	WRITE_ONCE(fbc->count, amount);
	raw_spin_unlock_irqrestore(&fbc->lock, flags);
}

static inline int percpu_counter_compare(struct percpu_counter *fbc, s64 rhs)
{
	s64 sum = percpu_counter_sum(fbc);

	return sum > rhs ? 1 : sum < rhs ? -1 : 0;
}

#endif
