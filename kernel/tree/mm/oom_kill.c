// SPDX-License-Identifier: GPL-2.0-only
/* Who has to die when there is no room. */
#include <linux/memcontrol.h>
#include <linux/oom.h>
#include <linux/printk.h>
#include <linux/sched.h>

/*
 * One that is dying already will free its memory soon; otherwise the first process of the group
 * is as good as any: they are not weighed by size here.
 */
static struct task_struct *select_bad_process(struct mem_cgroup *mem)
{
	struct task_struct *p, *chosen = NULL;

	for_each_process(p) {
		if (!p->mm || !task_in_mem_cgroup(p, mem))
			continue;
		if (fatal_signal_pending(p))
			return NULL;
		if (!chosen)
			chosen = p;
	}
	return chosen;
}

void mem_cgroup_out_of_memory(struct mem_cgroup *mem, gfp_t gfp_mask)
{
	struct task_struct *p;

	read_lock(&tasklist_lock);
	p = select_bad_process(mem);
	if (p) {
		pr_err("Memory cgroup out of memory: Kill process %d (%s)\n", p->pid, p->comm);
		set_bit(TIF_MEMDIE, &p->thread_flags);
		set_bit(TIF_SIGPENDING, &p->thread_flags);
		wake_up_process(p);
	}
	read_unlock(&tasklist_lock);
}
