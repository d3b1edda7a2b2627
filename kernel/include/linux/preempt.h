/* SPDX-License-Identifier: MIT */
/*
 * Preemption and preempt_count(). https://docs.kernel.org/locking/preempt-locking.html
 * Object: kernel/objects/preempt.ts. The fields of the count are the kernel's.
 */
#ifndef _LINUX_PREEMPT_H
#define _LINUX_PREEMPT_H

#include <linux/cleanup.h>
#include <linux/compiler.h>

#define PREEMPT_BITS 8
#define SOFTIRQ_BITS 8
#define HARDIRQ_BITS 4
#define NMI_BITS 4
#define PREEMPT_SHIFT 0
#define SOFTIRQ_SHIFT (PREEMPT_SHIFT + PREEMPT_BITS)
#define HARDIRQ_SHIFT (SOFTIRQ_SHIFT + SOFTIRQ_BITS)
#define NMI_SHIFT (HARDIRQ_SHIFT + HARDIRQ_BITS)
#define PREEMPT_MASK (0xffUL << PREEMPT_SHIFT)
#define SOFTIRQ_MASK (0xffUL << SOFTIRQ_SHIFT)
#define HARDIRQ_MASK (0xfUL << HARDIRQ_SHIFT)
#define NMI_MASK (0xfUL << NMI_SHIFT)
#define PREEMPT_OFFSET (1UL << PREEMPT_SHIFT)
#define SOFTIRQ_OFFSET (1UL << SOFTIRQ_SHIFT)
#define HARDIRQ_OFFSET (1UL << HARDIRQ_SHIFT)
#define NMI_OFFSET (1UL << NMI_SHIFT)
/* What local_bh_disable() adds; serving a softirq adds half of it. */
#define SOFTIRQ_DISABLE_OFFSET (2 * SOFTIRQ_OFFSET)

void preempt_disable(void);
void preempt_enable(void);
int preempt_count(void);
#define preempt_enable_no_resched() preempt_enable()
#define sched_preempt_enable_no_resched() preempt_enable()
#define preempt_disable_notrace() preempt_disable()
#define preempt_enable_notrace() preempt_enable()
#define preempt_check_resched() do { } while (0)

#define hardirq_count() (preempt_count() & HARDIRQ_MASK)
#define softirq_count() (preempt_count() & SOFTIRQ_MASK)
#define nmi_count() (preempt_count() & NMI_MASK)
#define irq_count() (preempt_count() & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_MASK))
#define in_nmi() (!!nmi_count())
#define in_hardirq() (!!hardirq_count())
#define in_irq() in_hardirq()
#define in_softirq() (!!softirq_count())
#define in_interrupt() (!!irq_count())
#define in_serving_softirq() (!!(softirq_count() & SOFTIRQ_OFFSET))
#define in_task() (!(in_nmi() | in_hardirq() | in_serving_softirq()))
#define in_atomic() (preempt_count() != 0)
#define in_atomic_preempt_off() (preempt_count() != 1)
#define preemptible() (preempt_count() == 0 && !irqs_disabled())

/* migrate_disable() may be preempted; simpler: here it is preempt_disable(), as it was before 5.11. */
#define migrate_disable() preempt_disable()
#define migrate_enable() preempt_enable()

#include <linux/irqflags.h>

DEFINE_LOCK_GUARD_0(preempt, preempt_disable(), preempt_enable())

#endif
