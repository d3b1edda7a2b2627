/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of devices. https://docs.kernel.org/core-api/genericirq.html
 * Object: kernel/objects/interrupt.ts, which knows the layout of struct __smplab_irq. When and how often an
 * interrupt arrives is the scenario's to say: smplab_irq_arrivals().
 * Handlers run with interrupts off on their CPU, their threads as tasks. Simpler: no nesting, at most four handlers a
 * line, interrupts are not balanced between CPUs.
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
#include <linux/smp.h>

#define NR_IRQS 16

#define IRQF_TRIGGER_NONE 0x00000000
#define IRQF_TRIGGER_RISING 0x00000001
#define IRQF_TRIGGER_FALLING 0x00000002
#define IRQF_TRIGGER_HIGH 0x00000004
#define IRQF_TRIGGER_LOW 0x00000008
#define IRQF_DISABLED 0x00000020
#define IRQF_SHARED 0x00000080
#define IRQF_ONESHOT 0x00002000
#define IRQF_NO_SUSPEND 0x00004000
#define IRQF_NO_THREAD 0x00010000

typedef irqreturn_t (*irq_handler_t)(int irq, void *dev);

struct __smplab_irq_action {
	irq_handler_t handler;
	void *dev;
	unsigned long flags;
	irq_handler_t thread_fn;
};

struct __smplab_irq {
	unsigned int depth;
	unsigned int masked;
	struct __smplab_irq_action action[4];
};

static struct __smplab_irq __smplab_irqs[NR_IRQS] __maybe_unused;

void __smplab_irq_arrivals(struct __smplab_irq *line, int cpu, int n, void (*context)(void *));
void __smplab_irq_arrive(struct __smplab_irq *line);
irq_handler_t __smplab_irq_handler(struct __smplab_irq *line, int action);
void *__smplab_irq_device(struct __smplab_irq *line, int action);
void __smplab_arrival_done(void);
void __smplab_irq_wake_thread(struct __smplab_irq_action *action, void (*context)(void *));
irq_handler_t __smplab_irq_thread_begin(struct __smplab_irq_action *action);
void __smplab_irq_thread_done(struct __smplab_irq_action *action, struct __smplab_irq *line);
int __smplab_request_irq(struct __smplab_irq *line, irq_handler_t handler, unsigned long flags, void *dev,
			 irq_handler_t thread_fn);
void __smplab_free_irq(struct __smplab_irq *line, void *dev);
void __smplab_irq_disable(struct __smplab_irq *line);
void __smplab_irq_enable(struct __smplab_irq *line);
void __smplab_irq_sync(struct __smplab_irq *line);
void __smplab_irq_sync_hard(struct __smplab_irq *line);

static inline void __smplab_irq_thread(void *arg)
{
	struct __smplab_irq_action *action = arg;
	unsigned int irq = ((char *)action - (char *)__smplab_irqs) / sizeof(__smplab_irqs[0]);

	__smplab_irq_thread_begin(action)(irq, READ_ONCE(action->dev));
	__smplab_irq_thread_done(action, &__smplab_irqs[irq]);
}

static inline void __smplab_irq(void *arg)
{
	struct __smplab_irq *line = arg;
	irq_handler_t handler;
	irqreturn_t answer;
	int i;

	for (;;) {
		__smplab_irq_arrive(line);
		for (i = 0; i < 4; i++) {
			handler = __smplab_irq_handler(line, i);
			if (!handler)
				continue;
			answer = handler(line - __smplab_irqs, __smplab_irq_device(line, i));
			if (answer == IRQ_WAKE_THREAD)
				__smplab_irq_wake_thread(&line->action[i], __smplab_irq_thread);
		}
		__smplab_arrival_done();
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
	return __smplab_request_irq(&__smplab_irqs[irq], handler, flags, dev, NULL);
}

static inline irqreturn_t __smplab_irq_primary(int irq, void *dev)
{
	return IRQ_WAKE_THREAD;
}

/* Without a handler of its own the line has to be masked until the thread has run. */
static inline int request_threaded_irq(unsigned int irq, irq_handler_t handler, irq_handler_t thread_fn,
				       unsigned long flags, const char *name, void *dev)
{
	if (irq >= NR_IRQS || (!handler && !thread_fn) || ((flags & IRQF_SHARED) && !dev))
		return -EINVAL;
	if (!handler) {
		if (!(flags & IRQF_ONESHOT))
			return -EINVAL;
		handler = __smplab_irq_primary;
	}
	return __smplab_request_irq(&__smplab_irqs[irq], handler, flags, dev, thread_fn);
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

/* Waits for handlers that run, not for threads. */
static inline bool synchronize_hardirq(unsigned int irq)
{
	__smplab_irq_sync_hard(&__smplab_irqs[irq]);
	return true;
}

/* Waits for handlers and threads that run. */
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

static inline bool disable_hardirq(unsigned int irq)
{
	disable_irq_nosync(irq);
	return synchronize_hardirq(irq);
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

/*
 * Softirqs: raised on a CPU, one runs there in softirq context at any time later; the same one may run on several CPUs
 * at once. To the machine each of them is, on each CPU, a tasklet of its own.
 */
enum {
	HI_SOFTIRQ = 0,
	TIMER_SOFTIRQ,
	NET_TX_SOFTIRQ,
	NET_RX_SOFTIRQ,
	BLOCK_SOFTIRQ,
	IRQ_POLL_SOFTIRQ,
	TASKLET_SOFTIRQ,
	SCHED_SOFTIRQ,
	HRTIMER_SOFTIRQ,
	RCU_SOFTIRQ,
	NR_SOFTIRQS
};

struct softirq_action {
	void (*action)(struct softirq_action *);
};

static struct softirq_action __smplab_softirqs[NR_SOFTIRQS] __maybe_unused;
static struct tasklet_struct __smplab_softirq_on[NR_SOFTIRQS][8] __maybe_unused;

static inline void __smplab_softirq(unsigned long nr)
{
	__smplab_softirqs[nr].action(&__smplab_softirqs[nr]);
}

static inline void open_softirq(int nr, void (*action)(struct softirq_action *))
{
	int cpu;

	__smplab_softirqs[nr].action = action;
	for (cpu = 0; cpu < 8; cpu++)
		tasklet_init(&__smplab_softirq_on[nr][cpu], __smplab_softirq, nr);
}

/* With interrupts off. */
#define raise_softirq_irqoff(nr) tasklet_schedule(&__smplab_softirq_on[nr][raw_smp_processor_id()])
#define __raise_softirq_irqoff(nr) raise_softirq_irqoff(nr)

static inline void raise_softirq(unsigned int nr)
{
	unsigned long flags;

	local_irq_save(flags);
	raise_softirq_irqoff(nr);
	local_irq_restore(flags);
}

#endif
