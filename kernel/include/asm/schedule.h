/* SPDX-License-Identifier: MIT */
/*
 * Sleeping and waking, for every <linux/sched.h>: a tree may have one of its own, whose struct task_struct begins with pid,
 * tgid and comm. Object: kernel/objects/sched.ts.
 */
#ifndef _ASM_SCHEDULE_H
#define _ASM_SCHEDULE_H

#include <linux/limits.h>

struct task_struct;

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_KILLABLE 0x102
#define TASK_IDLE 0x402
#define TASK_DEAD 0x80
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

void set_current_state(unsigned int state);
#define __set_current_state(state) set_current_state(state)
/* In another state than TASK_RUNNING: until somebody wakes the task. */
void schedule(void);
/* Lets others on this CPU go first. */
void yield(void);
int cond_resched(void);
/* 1 if it was asleep. */
int wake_up_process(struct task_struct *p);
#define wake_up_state(p, state) wake_up_process(p)
/* The time may be over at any moment; what is left of it is all or nothing. Kernel threads wait until they are woken. */
long __smplab_schedule_timeout(long timeout);
#define schedule_timeout(timeout)                                                                 \
	({                                                                                        \
		long __smplab_time = (timeout);                                                   \
		if (__smplab_time == MAX_SCHEDULE_TIMEOUT)                                        \
			schedule();                                                               \
		else                                                                              \
			__smplab_time = __smplab_schedule_timeout(__smplab_time);                 \
		__smplab_time;                                                                    \
	})
#define __smplab_timeout_in(state, timeout) ({ set_current_state(state); schedule_timeout(timeout); })
#define schedule_timeout_interruptible(timeout) __smplab_timeout_in(TASK_INTERRUPTIBLE, timeout)
#define schedule_timeout_killable(timeout) __smplab_timeout_in(TASK_KILLABLE, timeout)
#define schedule_timeout_uninterruptible(timeout) __smplab_timeout_in(TASK_UNINTERRUPTIBLE, timeout)
#define schedule_timeout_idle(timeout) __smplab_timeout_in(TASK_IDLE, timeout)

struct task_struct *get_task_struct(struct task_struct *tsk);
void put_task_struct(struct task_struct *tsk);

#endif
