/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of devices. https://docs.kernel.org/core-api/genericirq.html
 * Object: kernel/objects/interrupt.ts, which knows the layout of struct __smplab_irq. When and how often an
 * interrupt arrives is the scenario's to say: smplab_irq_arrivals().
 * Handlers run with interrupts off on their CPU. Simpler: no threads, no nesting, at most four handlers a line.
 */
#ifndef _LINUX_INTERRUPT_H
#define _LINUX_INTERRUPT_H

#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/irqreturn.h>
#include <linux/atomic.h>
#include <linux/bottom_half.h>

#define NR_IRQS 16

#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_DISABLED 0x00000020
#define IRQF_SHARED 0x00000080
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);

struct __smplab_irq {
	unsigned int depth;
	unsigned int unused;
	struct {
		irq_handler_t handler;
		void *dev;
		unsigned long flags;
	} action[4];
};

static struct __smplab_irq __smplab_irqs[NR_IRQS] __maybe_unused;

void __smplab_irq_arrivals(struct __smplab_irq *line, int cpu, int n, void (*context)(void *));
void __smplab_irq_arrive(struct __smplab_irq *line);
irq_handler_t __smplab_irq_handler(struct __smplab_irq *line, int action);
void *__smplab_irq_device(struct __smplab_irq *line, int action);
void __smplab_irq_done(void);
int __smplab_request_irq(struct __smplab_irq *line, irq_handler_t handler, unsigned long flags, void *dev);
void __smplab_free_irq(struct __smplab_irq *line, void *dev);
void __smplab_irq_disable(struct __smplab_irq *line);
void __smplab_irq_enable(struct __smplab_irq *line);
void __smplab_irq_sync(struct __smplab_irq *line);

static inline void __smplab_irq(void *arg)
{
	struct __smplab_irq *line = arg;
	irq_handler_t handler;
	int i;

	for (;;) {
		__smplab_irq_arrive(line);
		for (i = 0; i < 4; i++) {
			handler = __smplab_irq_handler(line, i);
			if (handler)
				handler(line - __smplab_irqs, __smplab_irq_device(line, i));
		}
		__smplab_irq_done();
	}
}

static inline void __smplab_irq_may_arrive(unsigned int irq, int cpu, int n)
{
	BUG_ON(irq >= NR_IRQS);
	__smplab_irq_arrivals(&__smplab_irqs[irq], cpu, n, __smplab_irq);
}

static inline int request_irq(unsigned int irq, irq_handler_t handler, unsigned long flags, const char *name, void *dev)
{
	if (irq >= NR_IRQS || !handler || ((flags & IRQF_SHARED) && !dev))
		return -EINVAL;
	return __smplab_request_irq(&__smplab_irqs[irq], handler, flags, dev);
}

/* Returns when no handler of the line is running any more. */
static inline void free_irq(unsigned int irq, void *dev)
{
	might_sleep();
	__smplab_free_irq(&__smplab_irqs[irq], dev);
}

static inline void disable_irq_nosync(unsigned int irq)
{
	__smplab_irq_disable(&__smplab_irqs[irq]);
}

static inline void enable_irq(unsigned int irq)
{
	__smplab_irq_enable(&__smplab_irqs[irq]);
}

/* Waits for handlers that run. */
static inline void synchronize_irq(unsigned int irq)
{
	might_sleep();
	__smplab_irq_sync(&__smplab_irqs[irq]);
}

static inline void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}

/*
 * Tasklets: kernel/objects/tasklet.ts, which knows the members up to count. In softirq context, on the CPU that
 * scheduled it, at any time later; never on two CPUs at once.
 */
struct tasklet_struct {
	void (*callback)(struct tasklet_struct *t);
	unsigned long data;
	unsigned int pending;
	unsigned int round;
	atomic_t count;
	unsigned int with_data;
};

void __smplab_tasklet_schedule(struct tasklet_struct *t, void (*context)(void *));
void (*__smplab_tasklet_begin(void *tasklet))(struct tasklet_struct *t);
void __smplab_tasklet_kill(struct tasklet_struct *t);
void __smplab_tasklet_unlock_wait(struct tasklet_struct *t);
void __smplab_context_done(void);

static inline void __smplab_run_tasklet(void *arg)
{
	struct tasklet_struct *t = arg;
	void (*callback)(struct tasklet_struct *t) = __smplab_tasklet_begin(t);

	if (t->with_data)
		((void (*)(unsigned long))callback)(t->data);
	else
		callback(t);
	__smplab_context_done();
}

#define __SMPLAB_TASKLET(_callback, n) { .callback = (_callback), .count = { n } }
#define DECLARE_TASKLET(name, _callback) struct tasklet_struct name = __SMPLAB_TASKLET(_callback, 0)
#define DECLARE_TASKLET_DISABLED(name, _callback) struct tasklet_struct name = __SMPLAB_TASKLET(_callback, 1)
#define DECLARE_TASKLET_OLD(name, func)                                                           \
	struct tasklet_struct name = { .callback = (void (*)(struct tasklet_struct *))(func), .with_data = 1 }
#define tasklet_setup(t, _callback) ((void)(*(t) = (struct tasklet_struct)__SMPLAB_TASKLET(_callback, 0)))
#define tasklet_init(t, func, _data)                                                              \
	((void)(*(t) = (struct tasklet_struct){ .callback = (void (*)(struct tasklet_struct *))(func), \
						.data = (_data), .with_data = 1 }))
#define from_tasklet(var, callback_tasklet, tasklet_fieldname)                                    \
	container_of(callback_tasklet, typeof(*(var)), tasklet_fieldname)
#define tasklet_schedule(t) __smplab_tasklet_schedule(t, __smplab_run_tasklet)
#define tasklet_hi_schedule(t) tasklet_schedule(t)
#define tasklet_disable_nosync(t) atomic_inc(&(t)->count)
#define tasklet_enable(t) atomic_dec(&(t)->count)
#define tasklet_unlock_wait(t) __smplab_tasklet_unlock_wait(t)

static inline void tasklet_disable(struct tasklet_struct *t)
{
	tasklet_disable_nosync(t);
	tasklet_unlock_wait(t);
}

/* Returns when it neither runs nor is scheduled. */
static inline void tasklet_kill(struct tasklet_struct *t)
{
	might_sleep();
	__smplab_tasklet_kill(t);
}

#endif
