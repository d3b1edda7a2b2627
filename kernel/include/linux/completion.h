/* SPDX-License-Identifier: MIT */
/*
 * Completions. https://docs.kernel.org/scheduler/completion.html; object: kernel/objects/counting.ts.
 * A wait with a timeout may time out at any moment; that of a kernel thread does not.
 */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/atomic.h>

struct completion {
	unsigned int done;
};

#define COMPLETION_INITIALIZER(work) { 0 }
#define COMPLETION_INITIALIZER_ONSTACK(work) { 0 }
#define DECLARE_COMPLETION(work) struct completion work = COMPLETION_INITIALIZER(work)
#define DECLARE_COMPLETION_ONSTACK(work) DECLARE_COMPLETION(work)
#define init_completion(x) ((void)((x)->done = 0))
#define reinit_completion(x) ((void)((x)->done = 0))
#define INIT_COMPLETION(x) ((void)((x).done = 0))

void wait_for_completion(struct completion *x);
int try_wait_for_completion(struct completion *x);
int completion_done(struct completion *x);
void complete(struct completion *x);
void complete_all(struct completion *x);
#define wait_for_completion_interruptible(x) (wait_for_completion(x), 0)
#define wait_for_completion_killable(x) (wait_for_completion(x), 0)
#define wait_for_completion_io(x) wait_for_completion(x)
int __smplab_wait_for_completion_timeout(struct completion *x);
/* 0: the time was over; else what is left of it. */
#define wait_for_completion_timeout(x, timeout)                                                   \
	({                                                                                        \
		unsigned long __smplab_time = (timeout);                                          \
		__smplab_wait_for_completion_timeout(x) ? (__smplab_time ?: 1UL) : 0UL;           \
	})
#define wait_for_completion_io_timeout(x, timeout) wait_for_completion_timeout(x, timeout)
#define wait_for_completion_interruptible_timeout(x, timeout) ((long)wait_for_completion_timeout(x, timeout))
#define wait_for_completion_killable_timeout(x, timeout) ((long)wait_for_completion_timeout(x, timeout))

#endif
