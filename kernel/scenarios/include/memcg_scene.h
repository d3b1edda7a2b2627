/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stage of the memcg scenarios: a machine with groups, a file whose pages are charged to
 * them, and processes that map its pages. Everything here but the tasks at the end is set-up,
 * done by one context before the tasks start.
 *
 * The kernel is compiled into the scenario: what stands below is all of it.
 */
#ifndef _MEMCG_SCENE_H
#define _MEMCG_SCENE_H

#include <kunit/test.h>
#include <smplab.h>

#include "kernel/cgroup.c"
#include "kernel/fork.c"
#include "kernel/res_counter.c"
#include "mm/filemap.c"
#include "mm/memcontrol.c"
#include "mm/oom_kill.c"
#include "mm/page_alloc.c"
#include "mm/page_cgroup.c"
#include "mm/rmap.c"
#include "mm/swap.c"
#include "mm/vmscan.c"

/* Every group that was made, the removed ones as well; 0 is the root. */
#define SCENE_GROUPS	4
static struct cgroup *scene_group[SCENE_GROUPS];
static int scene_ngroups;

static struct address_space scene_mapping;
static struct file scene_file = { .f_mapping = &scene_mapping };

static struct task_struct scene_init_task;

/* A process with room for one page in its address space, and the page that it deals with. */
struct process {
	struct task_struct task;
	struct mm_struct mm;
	struct vm_area_struct vma;
	struct page *page;
	/* Where the page table lock is to be one that sleeps, this takes its place. */
	struct mutex sleeping_table_lock;
};

static int scene_index(struct mem_cgroup *mem)
{
	int i;

	for (i = 0; i < scene_ngroups; i++)
		if (mem_cgroup_from_cont(scene_group[i]) == mem)
			return i;
	return -1;
}

static struct cgroup *scene_add(struct kunit *test, struct cgroup *cgrp)
{
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, cgrp);
	KUNIT_ASSERT_LT(test, scene_ngroups, SCENE_GROUPS);
	scene_group[scene_ngroups++] = cgrp;
	return cgrp;
}

/* mkdir */
static struct cgroup *scene_mkdir(struct kunit *test, struct cgroup *parent)
{
	return scene_add(test, cgroup_create(parent));
}

/* A process in a group, with the file mapped from its first page on, and no page touched yet. */
static void scene_process(struct process *p, struct cgroup *cgrp, struct page *page)
{
	process_start(&p->task, &p->mm, cgrp);
	p->vma = (struct vm_area_struct){
		.vm_mm = &p->mm,
		.vm_end = PAGE_SIZE,
		.vm_file = &scene_file,
	};
	p->mm.mmap = &p->vma;
	p->page = page;
}

/* The process touches its page: the page fault is over before the scenario begins. */
static void scene_touch(struct process *p)
{
	spin_lock(&p->mm.page_table_lock);
	get_page(p->page);
	page_add_file_rmap(p->page);
	p->mm.pte[0] = mk_pte(p->page);
	spin_unlock(&p->mm.page_table_lock);
}

/* A page of the file that somebody in the group was the first to read, and who has gone since. */
static struct page *scene_page(struct kunit *test, struct cgroup *cgrp, pgoff_t index)
{
	static struct process reader;
	struct page *page = alloc_page();

	KUNIT_ASSERT_NOT_NULL(test, page);
	reader.mm.owner = &reader.task;
	cgroup_fork(&reader.task, cgrp);
	KUNIT_ASSERT_EQ(test, 0, add_to_page_cache_lru(page, &scene_mapping, index, &reader.mm, GFP_KERNEL));
	cgroup_exit(&reader.task);
	put_page(page);
	return page;
}

/* Processes that come in with cgrp bring the pages of their files along. */
static void __maybe_unused scene_move_charges(struct kunit *test, struct cgroup *cgrp)
{
	struct cftype *cft = cgroup_open_file(cgrp, "move_charge_at_immigrate");

	KUNIT_ASSERT_NOT_NULL(test, cft);
	KUNIT_ASSERT_EQ(test, 0, cgroup_file_write(cgrp, cft, 1 << MOVE_CHARGE_TYPE_FILE));
}

/* kunit_suite.init and .exit of all memcg scenarios */
static int scene_init(struct kunit *test)
{
	free_area_init();
	page_cgroup_init();
	address_space_init(&scene_mapping);
	INIT_LIST_HEAD(&task_list);
	scene_ngroups = 0;
	scene_add(test, cgroup_init(&scene_init_task));
	return 0;
}

/*
 * The kernel has no way back from boot. Takes no locks and waits for nobody: a scenario may
 * have left them in any state.
 */
static void scene_exit(struct kunit *test)
{
	while (scene_ngroups > 0) {
		struct cgroup *cgrp = scene_group[--scene_ngroups];

		mem_cgroup_subsys.destroy(&mem_cgroup_subsys, cgrp);
		kfree(cgrp);
	}
	kfree(NODE_DATA(0)->node_page_cgroup);
	NODE_DATA(0)->node_page_cgroup = NULL;
}

/*
 * The tasks.
 *
 * Page faults and munmap() enter where the kernel's do, with the lock of their own page table
 * held. The entry in that table is left out: only the process itself would look at it.
 */
static void map_page(void *arg)
{
	struct process *p = arg;

	spin_lock(&p->mm.page_table_lock);
	page_add_file_rmap(p->page);
	spin_unlock(&p->mm.page_table_lock);
}

static void unmap_page(void *arg)
{
	struct process *p = arg;

	spin_lock(&p->mm.page_table_lock);
	page_remove_rmap(p->page);
	spin_unlock(&p->mm.page_table_lock);
}

static void __maybe_unused map_and_unmap_page(void *arg)
{
	map_page(arg);
	unmap_page(arg);
}

/*
 * The same where whoever holds the page table lock can be preempted, as on PREEMPT_RT: there
 * spinlock_t is a lock that sleeps, so holding one does not keep a task on its CPU. The
 * controller does not ask its callers to switch preemption off.
 */
static void map_page_preemptible(void *arg)
{
	struct process *p = arg;

	mutex_lock(&p->sleeping_table_lock);
	page_add_file_rmap(p->page);
	mutex_unlock(&p->sleeping_table_lock);
}

static void unmap_page_preemptible(void *arg)
{
	struct process *p = arg;

	mutex_lock(&p->sleeping_table_lock);
	page_remove_rmap(p->page);
	mutex_unlock(&p->sleeping_table_lock);
}

static void __maybe_unused map_and_unmap_page_preemptible(void *arg)
{
	map_page_preemptible(arg);
	unmap_page_preemptible(arg);
}

/*
 * What a process does that is to unmap its page: where no process may have the page mapped at
 * the beginning, it has to map it first.
 */
#define unmapper_task(mapped_before)	((mapped_before) ? unmap_page : map_and_unmap_page)
#define unmapper_task_preemptible(mapped_before) \
	((mapped_before) ? unmap_page_preemptible : map_and_unmap_page_preemptible)

/* rmdir, until the directory is gone; the group's memory stays for those who have it open. */
struct rmdir {
	struct cgroup *cgrp;
	int ret;
};

static void __maybe_unused rmdir_group(void *arg)
{
	struct rmdir *r = arg;

	r->ret = cgroup_rmdir(r->cgrp);
}

/* echo PID > tasks */
struct task_move {
	struct task_struct *task;
	struct cgroup *to;
	int ret;
};

static void __maybe_unused move_task(void *arg)
{
	struct task_move *m = arg;

	m->ret = cgroup_tasks_write(m->to, m->task);
}

#endif /* _MEMCG_SCENE_H */
