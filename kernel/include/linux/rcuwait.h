/* SPDX-License-Identifier: MIT */
/* One task that waits, found by whoever wakes it without a lock: the task stays while readers may look at it. */
#ifndef _LINUX_RCUWAIT_H
#define _LINUX_RCUWAIT_H

#include <linux/rcupdate.h>
#include <linux/sched.h>

struct rcuwait {
	struct task_struct __rcu *task;
};

#define __RCUWAIT_INITIALIZER(name) { .task = NULL }
#define rcuwait_init(w) ((void)((w)->task = NULL))
#define rcuwait_active(w) (rcu_access_pointer((w)->task) != NULL)

static inline int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *task;
	int woken = 0;

	rcu_read_lock();
	/* Behind what the caller did to the condition; the other one is that of set_current_state(). */
	smp_mb();
	task = rcu_dereference(w->task);
	if (task)
		woken = wake_up_process(task);
	rcu_read_unlock();
	return woken;
}

#define prepare_to_rcuwait(w) rcu_assign_pointer((w)->task, current)

static inline void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}

#define rcuwait_wait_event(w, condition, state)                                                   \
	({                                                                                        \
		prepare_to_rcuwait(w);                                                            \
		for (;;) {                                                                        \
			set_current_state(state);                                                 \
			if (condition)                                                            \
				break;                                                            \
			schedule();                                                               \
		}                                                                                 \
		finish_rcuwait(w);                                                                \
		0;                                                                                \
	})

#endif
