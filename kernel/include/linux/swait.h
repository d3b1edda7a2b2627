/* SPDX-License-Identifier: MIT */
/* Wait queues without callbacks, which are woken one by one: those of wait.h. https://docs.kernel.org/scheduler/completion.html */
#ifndef _LINUX_SWAIT_H
#define _LINUX_SWAIT_H

#include <linux/wait.h>

struct swait_queue_head {
	wait_queue_head_t head;
};

#define __SWAIT_QUEUE_HEAD_INITIALIZER(name) { .head = __WAIT_QUEUE_HEAD_INITIALIZER((name).head) }
#define DECLARE_SWAIT_QUEUE_HEAD(name) struct swait_queue_head name = __SWAIT_QUEUE_HEAD_INITIALIZER(name)
#define DECLARE_SWAIT_QUEUE_HEAD_ONSTACK(name) DECLARE_SWAIT_QUEUE_HEAD(name)
#define init_swait_queue_head(q) init_waitqueue_head(&(q)->head)
#define swait_active(q) waitqueue_active(&(q)->head)
#define swq_has_sleeper(q) wq_has_sleeper(&(q)->head)
#define swake_up_one(q) wake_up(&(q)->head)
#define swake_up_all(q) wake_up_all(&(q)->head)
#define swait_event_exclusive(q, condition) wait_event((q).head, condition)
#define swait_event_idle_exclusive(q, condition) wait_event_idle((q).head, condition)
#define swait_event_interruptible_exclusive(q, condition) wait_event_interruptible((q).head, condition)
#define swait_event_timeout_exclusive(q, condition, timeout) wait_event_timeout((q).head, condition, timeout)

#endif
