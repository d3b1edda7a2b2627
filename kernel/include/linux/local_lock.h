/* SPDX-License-Identifier: MIT */
/*
 * Names for what keeps per-CPU data to a CPU. https://docs.kernel.org/locking/locktypes.html ("local_lock")
 * Not the PREEMPT_RT variant: these turn off preemption or interrupts and there is no lock. Simpler: nothing says that
 * one is taken twice.
 */
#ifndef _LINUX_LOCAL_LOCK_H
#define _LINUX_LOCAL_LOCK_H

#include <linux/cleanup.h>
#include <linux/irqflags.h>
#include <linux/percpu-defs.h>
#include <linux/preempt.h>

typedef struct {
} local_lock_t;

#define INIT_LOCAL_LOCK(lockname) { }
#define local_lock_init(lock) ((void)(lock))

#define local_lock(lock) ((void)(lock), preempt_disable())
#define local_lock_irq(lock) ((void)(lock), local_irq_disable())
#define local_lock_irqsave(lock, flags) do { (void)(lock); local_irq_save(flags); } while (0)
#define local_unlock(lock) ((void)(lock), preempt_enable())
#define local_unlock_irq(lock) ((void)(lock), local_irq_enable())
#define local_unlock_irqrestore(lock, flags) do { (void)(lock); local_irq_restore(flags); } while (0)

DEFINE_GUARD(local_lock, local_lock_t *, local_lock(_T), local_unlock(_T))
DEFINE_GUARD(local_lock_irq, local_lock_t *, local_lock_irq(_T), local_unlock_irq(_T))

#endif
