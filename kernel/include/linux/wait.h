/* SPDX-License-Identifier: MIT */
/*
 * Wait queues. https://docs.kernel.org/driver-api/basics.html ("Wait queues and Wake events")
 * Object: kernel/objects/wait.ts, which knows the layout of the head.
 * A wait with a timeout may time out at any moment; that of a kernel thread does not.
 * Simpler: wake functions of one's own are not called; a wait that signals may end is never ended by them.
 */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/sched.h>

struct wait_queue_head {
	spinlock_t lock;
	unsigned int waiters;
	unsigned int sticky;
	unsigned char exclusive[12];
};
typedef struct wait_queue_head wait_queue_head_t;

struct wait_queue_entry {
	unsigned int flags;
	void *private;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;
typedef struct wait_queue_entry wait_queue_t;

#define WQ_FLAG_EXCLUSIVE 0x01
#define __WAIT_QUEUE_HEAD_INITIALIZER(name) { .waiters = 0 }
#define DECLARE_WAIT_QUEUE_HEAD(name) struct wait_queue_head name = __WAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_WAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_WAIT_QUEUE_HEAD(name)
#define DECLARE_WAITQUEUE(name, tsk) struct wait_queue_entry name = { .private = (tsk) }
#define DEFINE_WAIT(name) struct wait_queue_entry name = { .flags = 0 }
#define init_wait(wait) ((void)((wait)->flags = 0))

static inline void init_waitqueue_head(struct wait_queue_head *wq)
{
	*wq = (struct wait_queue_head)__WAIT_QUEUE_HEAD_INITIALIZER(wq);
}

void prepare_to_wait(struct wait_queue_head *wq, struct wait_queue_entry *wait, int state);
void prepare_to_wait_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *wait, int state);
void finish_wait(struct wait_queue_head *wq, struct wait_queue_entry *wait);
void add_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *wait);
void add_wait_queue_exclusive(struct wait_queue_head *wq, struct wait_queue_entry *wait);
void remove_wait_queue(struct wait_queue_head *wq, struct wait_queue_entry *wait);
void __wake_up(struct wait_queue_head *wq, unsigned int mode, int nr_exclusive);
int waitqueue_active(struct wait_queue_head *wq);
#define wq_has_sleeper(wq) ({ smp_mb(); waitqueue_active(wq); })

#define wake_up(wq) __wake_up(wq, TASK_NORMAL, 1)
#define wake_up_nr(wq, nr) __wake_up(wq, TASK_NORMAL, nr)
#define wake_up_all(wq) __wake_up(wq, TASK_NORMAL, 0)
#define wake_up_locked(wq) wake_up(wq)
#define wake_up_interruptible(wq) __wake_up(wq, TASK_INTERRUPTIBLE, 1)
#define wake_up_interruptible_nr(wq, nr) __wake_up(wq, TASK_INTERRUPTIBLE, nr)
#define wake_up_interruptible_all(wq) __wake_up(wq, TASK_INTERRUPTIBLE, 0)
#define wake_up_interruptible_sync(wq) wake_up_interruptible(wq)

#define ___wait_event(wq, condition, state, prepare)                                              \
	do {                                                                                      \
		might_sleep();                                                                    \
		if (!(condition)) {                                                               \
			DEFINE_WAIT(__smplab_wait);                                               \
			for (;;) {                                                                \
				prepare(&(wq), &__smplab_wait, state);                            \
				if (condition)                                                    \
					break;                                                    \
				schedule();                                                       \
			}                                                                         \
			finish_wait(&(wq), &__smplab_wait);                                       \
		}                                                                                 \
	} while (0)
#define wait_event(wq, condition) ___wait_event(wq, condition, TASK_UNINTERRUPTIBLE, prepare_to_wait)
#define wait_event_idle(wq, condition) ___wait_event(wq, condition, TASK_IDLE, prepare_to_wait)
#define wait_event_interruptible(wq, condition)                                                   \
	({ ___wait_event(wq, condition, TASK_INTERRUPTIBLE, prepare_to_wait); 0; })
#define wait_event_killable(wq, condition) wait_event_interruptible(wq, condition)
#define wait_event_interruptible_exclusive(wq, condition)                                         \
	({ ___wait_event(wq, condition, TASK_INTERRUPTIBLE, prepare_to_wait_exclusive); 0; })
/* 0: the time was over and the condition false; else what is left of the time, 1 at least. */
#define ___wait_event_timeout(wq, condition, timeout, state)                                      \
	({                                                                                        \
		long __smplab_left = (timeout);                                                   \
		might_sleep();                                                                    \
		if (condition) {                                                                  \
			__smplab_left = __smplab_left ?: 1;                                       \
		} else {                                                                          \
			DEFINE_WAIT(__smplab_wait);                                               \
			for (;;) {                                                                \
				prepare_to_wait(&(wq), &__smplab_wait, state);                    \
				if (condition) {                                                  \
					__smplab_left = __smplab_left ?: 1;                       \
					break;                                                    \
				}                                                                 \
				if (!__smplab_left)                                               \
					break;                                                    \
				__smplab_left = schedule_timeout(__smplab_left);                  \
			}                                                                         \
			finish_wait(&(wq), &__smplab_wait);                                       \
		}                                                                                 \
		__smplab_left;                                                                    \
	})
#define wait_event_timeout(wq, condition, timeout)                                                \
	___wait_event_timeout(wq, condition, timeout, TASK_UNINTERRUPTIBLE)
#define wait_event_idle_timeout(wq, condition, timeout)                                           \
	___wait_event_timeout(wq, condition, timeout, TASK_IDLE)
#define wait_event_interruptible_timeout(wq, condition, timeout)                                  \
	___wait_event_timeout(wq, condition, timeout, TASK_INTERRUPTIBLE)
#define wait_event_killable_timeout(wq, condition, timeout)                                       \
	___wait_event_timeout(wq, condition, timeout, TASK_KILLABLE)

#endif
