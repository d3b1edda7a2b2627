/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_RMAP_H
#define _LINUX_RMAP_H

#include <linux/mm_types.h>

/*
 * Called when a page table entry begins or ends to map a page, with the lock of that page
 * table held. Two processes have two page tables: about one page, both may be called at once.
 */
void page_add_new_anon_rmap(struct page *page);
void page_add_file_rmap(struct page *page);
void page_remove_rmap(struct page *page);

#endif /* _LINUX_RMAP_H */
