/* SPDX-License-Identifier: MIT */
/*
 * Completions. https://docs.kernel.org/scheduler/completion.html; object: kernel/objects/counting.ts.
 * Simpler: a wait with a timeout never times out.
 */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

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
#define wait_for_completion_timeout(x, timeout) (wait_for_completion(x), (unsigned long)(timeout))
#define wait_for_completion_interruptible_timeout(x, timeout) (wait_for_completion(x), (long)(timeout))

#endif
