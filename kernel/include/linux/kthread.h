/* SPDX-License-Identifier: MIT */
/*
 * Kernel threads. https://docs.kernel.org/driver-api/basics.html; object: kernel/objects/kthread.ts.
 * A thread that sleeps interruptibly (or in TASK_IDLE) without anything to do is no hang when the test case has ended.
 * Simpler: a thread stays on the CPU that it was given; no parking, no kthread_worker.
 */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>

struct task_struct *__smplab_kthread_create(void (*context)(void *), int (*threadfn)(void *data), void *data,
					    unsigned long size, const char *name, int cpu);
int (*__smplab_kthread_begin(void))(void *data);
void __smplab_kthread_exit(int result);
int __smplab_kthread_stop(struct task_struct *k);

static inline void __smplab_kthread(void *data)
{
	int (*threadfn)(void *data) = __smplab_kthread_begin();
	int result = -EINTR;

	if (threadfn)
		result = threadfn(data);
	__smplab_kthread_exit(result);
}

#define __smplab_kthread_named(threadfn, data, cpu, ...)                                          \
	({                                                                                        \
		char __smplab_name[TASK_COMM_LEN];                                                \
		snprintf(__smplab_name, sizeof(__smplab_name), __VA_ARGS__);                      \
		__smplab_kthread_create(__smplab_kthread, threadfn, data, sizeof(struct task_struct), \
					__smplab_name, cpu);                                      \
	})
/* Woken by wake_up_process(), it begins. */
#define kthread_create(threadfn, data, ...) __smplab_kthread_named(threadfn, data, -1, __VA_ARGS__)
#define kthread_create_on_node(threadfn, data, node, ...)                                         \
	((void)(node), kthread_create(threadfn, data, __VA_ARGS__))
#define kthread_create_on_cpu(threadfn, data, cpu, ...) __smplab_kthread_named(threadfn, data, cpu, __VA_ARGS__)
#define kthread_run(threadfn, data, ...)                                                          \
	({                                                                                        \
		struct task_struct *__smplab_thread = kthread_create(threadfn, data, __VA_ARGS__); \
		wake_up_process(__smplab_thread);                                                 \
		__smplab_thread;                                                                  \
	})
#define kthread_run_on_cpu(threadfn, data, cpu, ...)                                              \
	({                                                                                        \
		struct task_struct *__smplab_thread =                                             \
			kthread_create_on_cpu(threadfn, data, cpu, __VA_ARGS__);                  \
		wake_up_process(__smplab_thread);                                                 \
		__smplab_thread;                                                                  \
	})

/* Before its first run. */
void kthread_bind(struct task_struct *k, unsigned int cpu);
bool kthread_should_stop(void);

/* Asks the thread to stop, wakes it, waits for its end; gives what it returned, -EINTR if it never ran. */
static inline int kthread_stop(struct task_struct *k)
{
	might_sleep();
	return __smplab_kthread_stop(k);
}

static inline int kthread_stop_put(struct task_struct *k)
{
	int result = kthread_stop(k);

	put_task_struct(k);
	return result;
}

#endif
