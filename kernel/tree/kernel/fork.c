// SPDX-License-Identifier: GPL-2.0-only
/* Processes and their address spaces: how they come, and how they are held on to. */
#include <linux/cgroup.h>
#include <linux/mm.h>
#include <linux/rmap.h>
#include <linux/sched.h>

DEFINE_RWLOCK(tasklist_lock);
LIST_HEAD(task_list);

void process_start(struct task_struct *task, struct mm_struct *mm, struct cgroup *cgrp)
{
	spin_lock_init(&task->alloc_lock);
	task->thread_flags = 0;
	task->mm = mm;
	if (mm) {
		init_rwsem(&mm->mmap_sem);
		spin_lock_init(&mm->page_table_lock);
		atomic_set(&mm->mm_users, 1);
		mm->owner = task;
	}
	if (cgrp)
		cgroup_fork(task, cgrp);

	write_lock(&tasklist_lock);
	list_add_tail(&task->tasks, &task_list);
	write_unlock(&tasklist_lock);
}

struct mm_struct *get_task_mm(struct task_struct *task)
{
	struct mm_struct *mm;

	task_lock(task);
	mm = task->mm;
	if (mm)
		atomic_inc(&mm->mm_users);
	task_unlock(task);
	return mm;
}

/* Nobody uses the address space any more: whatever it maps, it maps no longer. */
static void exit_mmap(struct mm_struct *mm)
{
	unsigned long address;
	spinlock_t *ptl;
	pte_t *pte;

	for (address = 0; address < NR_PAGES * PAGE_SIZE; address += PAGE_SIZE) {
		pte = pte_offset_map_lock(mm, address, &ptl);
		if (pte_present(*pte)) {
			struct page *page = pte_page(*pte);

			*pte = (pte_t){ 0 };
			page_remove_rmap(page);
			put_page(page);
		}
		pte_unmap_unlock(ptl);
	}
}

void mmput(struct mm_struct *mm)
{
	if (atomic_dec_and_test(&mm->mm_users))
		exit_mmap(mm);
}
