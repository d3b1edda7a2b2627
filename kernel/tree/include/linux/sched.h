/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/list.h>
#include <linux/preempt.h>
#include <linux/rwlock.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define TASK_COMM_LEN	16

struct css_set;
struct cgroup;
struct mm_struct;

/* A process. Here, each has one thread. */
struct task_struct {
	/* The machine fills these in for whoever asks for current. */
	pid_t pid;
	pid_t tgid;
	char comm[TASK_COMM_LEN];

	unsigned long thread_flags;	/* enum below, changed with atomic bit operations */
	struct list_head tasks;		/* on task_list; guarded by tasklist_lock */

	/* Others look at these two under alloc_lock, or at cgroups under rcu_read_lock(). */
	spinlock_t alloc_lock;
	struct mm_struct *mm;		/* NULL: it has none, or it is exiting */
	struct css_set *cgroups;
};

enum {
	TIF_SIGPENDING,	/* a signal waits to be handled */
	TIF_MEMDIE,	/* the signal is a deadly one, sent to get at its memory */
};

extern rwlock_t tasklist_lock;
extern struct list_head task_list;

#define for_each_process(p)	list_for_each_entry(p, &task_list, tasks)

/* The process that asks; its task_struct is made when it first does. */
struct task_struct *get_current(unsigned long size);
#define current		get_current(sizeof(struct task_struct))

static inline int signal_pending(struct task_struct *p)
{
	return unlikely(test_bit(TIF_SIGPENDING, &p->thread_flags));
}

static inline int fatal_signal_pending(struct task_struct *p)
{
	return unlikely(test_bit(TIF_MEMDIE, &p->thread_flags));
}

static inline void task_lock(struct task_struct *p)
{
	spin_lock(&p->alloc_lock);
}

static inline void task_unlock(struct task_struct *p)
{
	spin_unlock(&p->alloc_lock);
}

/* kernel/fork.c: a process in a group with an address space, either of which may be NULL. */
void process_start(struct task_struct *task, struct mm_struct *mm, struct cgroup *cgrp);
/* Its address space with one more user, or NULL; and one user less. */
struct mm_struct *get_task_mm(struct task_struct *task);
void mmput(struct mm_struct *mm);

#include <asm/schedule.h>

#endif /* _LINUX_SCHED_H */
