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

#define PF_EXITING 0x00000004
#define PF_MEMALLOC 0x00000800
#define PF_KTHREAD 0x00200000

#include <asm/schedule.h>

#define cond_resched_lock(lock) ({ spin_unlock(lock); cond_resched(); spin_lock(lock); 1; })
#define need_resched() 0
#define signal_pending(p) 0
#define fatal_signal_pending(p) 0

#define task_pid_nr(tsk) ((tsk)->pid)
#define task_tgid_nr(tsk) ((tsk)->tgid)
#define get_task_comm(buf, tsk) strscpy(buf, (tsk)->comm, sizeof(buf))
#define thread_group_leader(p) ((p)->group_leader == (p) || !(p)->group_leader)
#define same_thread_group(a, b) ((a)->tgid == (b)->tgid)


#endif
