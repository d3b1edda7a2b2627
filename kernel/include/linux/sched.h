/* SPDX-License-Identifier: MIT */
/*
 * Tasks. https://docs.kernel.org/scheduler/index.html; object: kernel/objects/sched.ts.
 * Every context has a task_struct, made when the context first asks for `current`. Its state is the run's, not a
 * member: set_current_state() and wake_up_process() are operations.
 * Simpler: no signals, no priorities, no credentials; pid is 100 + the context's number.
 */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/threads.h>
#include <linux/preempt.h>
#include <linux/cpumask.h>
#include <linux/smp.h>
#include <linux/jiffies.h>
#include <asm/processor.h>

#define TASK_COMM_LEN 16

struct mm_struct;
struct cgroup_subsys_state;
struct css_set;
struct signal_struct;
struct files_struct;

struct task_struct {
	/* The first three are filled in by kernel/objects/sched.ts. */
	pid_t pid;
	pid_t tgid;
	char comm[TASK_COMM_LEN];
	unsigned int flags;
	int exit_state;
	int prio;
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	struct task_struct *real_parent;
	struct task_struct *parent;
	struct task_struct *group_leader;
	struct list_head tasks;
	struct list_head children;
	struct list_head sibling;
	struct css_set *cgroups;
	struct list_head cg_list;
	struct signal_struct *signal;
	struct files_struct *files;
	void *journal_info;
};

struct task_struct *get_current(unsigned long size);
#define get_current() get_current(sizeof(struct task_struct))
#define current get_current()

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define TASK_UNINTERRUPTIBLE 2
#define TASK_NORMAL (TASK_INTERRUPTIBLE | TASK_UNINTERRUPTIBLE)
#define TASK_KILLABLE 0x102
#define TASK_IDLE 0x402
#define TASK_DEAD 0x80
#define MAX_SCHEDULE_TIMEOUT LONG_MAX

#define PF_EXITING 0x00000004
#define PF_MEMALLOC 0x00000800
#define PF_KTHREAD 0x00200000

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
#define cond_resched_lock(lock) ({ spin_unlock(lock); cond_resched(); spin_lock(lock); 1; })
#define need_resched() 0
#define signal_pending(p) 0
#define fatal_signal_pending(p) 0
#define schedule_timeout(timeout) ((void)(timeout), schedule(), 0L)

#define task_pid_nr(tsk) ((tsk)->pid)
#define task_tgid_nr(tsk) ((tsk)->tgid)
#define get_task_comm(buf, tsk) strscpy(buf, (tsk)->comm, sizeof(buf))
struct task_struct *get_task_struct(struct task_struct *tsk);
void put_task_struct(struct task_struct *tsk);
#define thread_group_leader(p) ((p)->group_leader == (p) || !(p)->group_leader)
#define same_thread_group(a, b) ((a)->tgid == (b)->tgid)


#endif
