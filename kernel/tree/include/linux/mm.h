/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/mm_types.h>
#include <linux/mmdebug.h>
#include <linux/mmzone.h>
#include <linux/page-flags.h>

/* mm/page_alloc.c */
extern struct page mem_map[NR_PAGES];

void free_area_init(void);
struct page *alloc_page(void);

#define page_to_pfn(page)	((unsigned long)((page) - mem_map))
#define pfn_to_page(pfn)	(mem_map + (pfn))

/* One node with one zone: neither takes a bit of page->flags. */
static inline int page_to_nid(struct page *page)
{
	return 0;
}

static inline enum zone_type page_zonenum(struct page *page)
{
	return ZONE_NORMAL;
}

static inline struct zone *page_zone(struct page *page)
{
	return &NODE_DATA(page_to_nid(page))->node_zones[page_zonenum(page)];
}

static inline void get_page(struct page *page)
{
	VM_BUG_ON(atomic_read(&page->_count) <= 0);
	atomic_inc(&page->_count);
}

/* Fails where the last reference has gone: then the page is free, or about to be. */
static inline int get_page_unless_zero(struct page *page)
{
	return atomic_inc_not_zero(&page->_count);
}

void put_page(struct page *page);

/* _mapcount starts at -1, so that "the first" and "the last" are changes of its sign. */
static inline int page_mapcount(struct page *page)
{
	return atomic_read(&page->_mapcount) + 1;
}

static inline int page_mapped(struct page *page)
{
	return atomic_read(&page->_mapcount) >= 0;
}

/* Page table entries: bit 0 says "present", the page's number stands above PAGE_SHIFT. */
#define _PAGE_PRESENT	1UL

static inline pte_t mk_pte(struct page *page)
{
	return (pte_t){ (page_to_pfn(page) << PAGE_SHIFT) | _PAGE_PRESENT };
}

static inline int pte_none(pte_t pte)
{
	return pte.pte == 0;
}

static inline int pte_present(pte_t pte)
{
	return (pte.pte & _PAGE_PRESENT) != 0;
}

static inline struct page *pte_page(pte_t pte)
{
	return pfn_to_page(pte.pte >> PAGE_SHIFT);
}

static inline pte_t *pte_offset_map_lock(struct mm_struct *mm, unsigned long address,
					 spinlock_t **ptlp)
{
	*ptlp = &mm->page_table_lock;
	spin_lock(&mm->page_table_lock);
	return &mm->pte[address >> PAGE_SHIFT];
}

static inline void pte_unmap_unlock(spinlock_t *ptl)
{
	spin_unlock(ptl);
}

static inline pgoff_t linear_page_index(struct vm_area_struct *vma, unsigned long address)
{
	return ((address - vma->vm_start) >> PAGE_SHIFT) + vma->vm_pgoff;
}

#endif /* _LINUX_MM_H */
