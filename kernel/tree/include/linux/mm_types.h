/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MM_TYPES_H
#define _LINUX_MM_TYPES_H

#include <linux/atomic.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)

/* All the memory there is, in pages; also the slots of a page table and the size of a file. */
#define NR_PAGES	4

struct task_struct;

/* A page of memory. A page of a file can be mapped by many processes at once. */
struct page {
	unsigned long flags;		/* see page-flags.h */
	atomic_t _count;		/* references; 0: the page is free */
	atomic_t _mapcount;		/* page table entries that map it, minus one */
	struct address_space *mapping;	/* the file that it is a page of */
	pgoff_t index;			/* its place in the file, in pages */
};

/* What of a file is in memory: the page cache. */
struct address_space {
	spinlock_t tree_lock;		/* guards pages[] */
	struct page *pages[NR_PAGES];	/* upstream: a radix tree */
	unsigned long nrpages;
};

struct file {
	struct address_space *f_mapping;
};

typedef struct {
	unsigned long pte;
} pte_t;

/* A piece of a process's addresses, vm_start <= address < vm_end. */
struct vm_area_struct {
	struct mm_struct *vm_mm;
	unsigned long vm_start;
	unsigned long vm_end;
	struct vm_area_struct *vm_next;	/* in order of addresses */
	unsigned long vm_pgoff;		/* vm_start's place in vm_file, in pages */
	struct file *vm_file;		/* NULL for anonymous memory */
};

/* The address space of a process. */
struct mm_struct {
	struct vm_area_struct *mmap;	/* list of areas; guarded by mmap_sem */
	struct rw_semaphore mmap_sem;
	spinlock_t page_table_lock;	/* guards pte[] */
	pte_t pte[NR_PAGES];		/* the one page table, indexed by address >> PAGE_SHIFT */
	atomic_t mm_users;
	struct task_struct *owner;	/* whose group is charged for it */
};

#endif /* _LINUX_MM_TYPES_H */
