/* SPDX-License-Identifier: MIT */
/*
 * Work items. https://docs.kernel.org/core-api/workqueue.html; object: kernel/objects/workqueue.ts, which knows the
 * first members of both structures.
 * A delay is a choice of the scheduler: delayed work is queued at any time later. Items run in any order and beside
 * each other, except that an ordered queue runs one at a time, in their order.
 * Simpler: an item that queues itself again does so at most twice in a run; max_active is 1 (ordered) or many.
 */
#ifndef _LINUX_WORKQUEUE_H
#define _LINUX_WORKQUEUE_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/bitops.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/smp.h>

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);

struct work_struct {
	work_func_t func;
	unsigned int pending;
	unsigned int round;
};

struct delayed_work {
	struct work_struct work;
};

struct rcu_work {
	struct work_struct work;
	struct rcu_head rcu;
};

struct workqueue_struct {
	unsigned int flags;
	const char *name;
};

#define WQ_UNBOUND (1 << 1)
#define WQ_FREEZABLE (1 << 2)
#define WQ_MEM_RECLAIM (1 << 3)
#define WQ_HIGHPRI (1 << 4)
#define WQ_CPU_INTENSIVE (1 << 5)
#define __WQ_ORDERED (1 << 0)
#define WORK_CPU_UNBOUND (-1)

static struct workqueue_struct __smplab_system_wq __maybe_unused = { .name = "events" };
#define system_wq (&__smplab_system_wq)
#define system_highpri_wq system_wq
#define system_long_wq system_wq
#define system_unbound_wq system_wq
#define system_freezable_wq system_wq
#define system_percpu_wq system_wq
#define system_dfl_wq system_wq

int __smplab_queue_work(struct work_struct *work, struct workqueue_struct *wq, int cpu, void (*context)(void *),
			int delayed, int replace);
work_func_t __smplab_work_begin(void *work);
void __smplab_context_done(void);
int __smplab_cancel_work(struct work_struct *work, int wait);
int __smplab_flush_work(struct work_struct *work);
void __smplab_flush_workqueue(struct workqueue_struct *wq);
void __smplab_drain_workqueue(struct workqueue_struct *wq);
int work_pending(struct work_struct *work);
int __smplab_work_busy(struct work_struct *work);

static inline void __smplab_run_work(void *arg)
{
	work_func_t func = __smplab_work_begin(arg);

	/* The function may free its own item. */
	func(arg);
	__smplab_context_done();
}

#define __WORK_INITIALIZER(n, f) { .func = (f) }
#define __DELAYED_WORK_INITIALIZER(n, f, tflags) { .work = { .func = (f) } }
#define DECLARE_WORK(n, f) struct work_struct n = __WORK_INITIALIZER(n, f)
#define DECLARE_DELAYED_WORK(n, f) struct delayed_work n = __DELAYED_WORK_INITIALIZER(n, f, 0)
#define INIT_WORK(_work, _func) ((void)(*(_work) = (struct work_struct)__WORK_INITIALIZER(, _func)))
#define INIT_WORK_ONSTACK(_work, _func) INIT_WORK(_work, _func)
#define INIT_DELAYED_WORK(_work, _func) INIT_WORK(&(_work)->work, _func)
#define INIT_DEFERRABLE_WORK(_work, _func) INIT_DELAYED_WORK(_work, _func)
#define destroy_work_on_stack(work) do { } while (0)
#define to_delayed_work(w) container_of(w, struct delayed_work, work)
#define delayed_work_pending(w) work_pending(&(w)->work)
#define work_busy(work) __smplab_work_busy(work)

/* Gives true if the item was not pending before. */
static inline bool queue_work_on(int cpu, struct workqueue_struct *wq, struct work_struct *work)
{
	return __smplab_queue_work(work, wq, cpu, __smplab_run_work, 0, 0);
}

static inline bool queue_work(struct workqueue_struct *wq, struct work_struct *work)
{
	return __smplab_queue_work(work, wq, -1, __smplab_run_work, 0, 0);
}

static inline bool schedule_work_on(int cpu, struct work_struct *work)
{
	return queue_work_on(cpu, system_wq, work);
}

static inline bool schedule_work(struct work_struct *work)
{
	return queue_work(system_wq, work);
}

static inline bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq, struct delayed_work *dwork,
					 unsigned long delay)
{
	return __smplab_queue_work(&dwork->work, wq, cpu, __smplab_run_work, delay != 0, 0);
}

static inline bool queue_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)
{
	return queue_delayed_work_on(-1, wq, dwork, delay);
}

static inline bool schedule_delayed_work_on(int cpu, struct delayed_work *dwork, unsigned long delay)
{
	return queue_delayed_work_on(cpu, system_wq, dwork, delay);
}

static inline bool schedule_delayed_work(struct delayed_work *dwork, unsigned long delay)
{
	return queue_delayed_work(system_wq, dwork, delay);
}

/* Gives true if the item was pending before. */
static inline bool mod_delayed_work(struct workqueue_struct *wq, struct delayed_work *dwork, unsigned long delay)
{
	return __smplab_queue_work(&dwork->work, wq, -1, __smplab_run_work, delay != 0, 1);
}

static inline bool cancel_work(struct work_struct *work)
{
	return __smplab_cancel_work(work, 0);
}

static inline bool cancel_work_sync(struct work_struct *work)
{
	might_sleep();
	return __smplab_cancel_work(work, 1);
}

static inline bool flush_work(struct work_struct *work)
{
	might_sleep();
	return __smplab_flush_work(work);
}

static inline void flush_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	__smplab_flush_workqueue(wq);
}

static inline void drain_workqueue(struct workqueue_struct *wq)
{
	might_sleep();
	__smplab_drain_workqueue(wq);
}

#define cancel_delayed_work(dwork) cancel_work(&(dwork)->work)
#define cancel_delayed_work_sync(dwork) cancel_work_sync(&(dwork)->work)
#define flush_scheduled_work() flush_workqueue(system_wq)

/* The delay is over at once: it is queued and waited for. */
static inline bool flush_delayed_work(struct delayed_work *dwork)
{
	might_sleep();
	if (cancel_work(&dwork->work))
		schedule_work(&dwork->work);
	return __smplab_flush_work(&dwork->work);
}

static inline struct workqueue_struct *__smplab_alloc_workqueue(const char *name, unsigned int flags)
{
	struct workqueue_struct *wq = kmalloc(sizeof(*wq), GFP_KERNEL | __GFP_ZERO);

	if (wq) {
		wq->flags = flags;
		wq->name = name;
	}
	return wq;
}

#define alloc_workqueue(fmt, flags, max_active, ...)                                              \
	__smplab_alloc_workqueue(fmt, (flags) | ((max_active) == 1 && ((flags) & WQ_UNBOUND) ? __WQ_ORDERED : 0))
#define alloc_ordered_workqueue(fmt, flags, ...)                                                  \
	__smplab_alloc_workqueue(fmt, (flags) | WQ_UNBOUND | __WQ_ORDERED)
#define create_workqueue(name) __smplab_alloc_workqueue(name, 0)
#define create_singlethread_workqueue(name) alloc_ordered_workqueue(name, 0)
#define create_freezable_workqueue(name) create_singlethread_workqueue(name)

static inline void destroy_workqueue(struct workqueue_struct *wq)
{
	drain_workqueue(wq);
	kfree(wq);
}

#endif
