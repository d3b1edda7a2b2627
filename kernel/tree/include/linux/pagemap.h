/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PAGEMAP_H
#define _LINUX_PAGEMAP_H

#include <linux/gfp.h>
#include <linux/mm_types.h>

void address_space_init(struct address_space *mapping);

/* The page at that place of the file with a reference to it, or NULL where none is in memory. */
struct page *find_get_page(struct address_space *mapping, pgoff_t index);

/* Charges the page to mm's group, puts it into the page cache and on its list. */
int add_to_page_cache_lru(struct page *page, struct address_space *mapping, pgoff_t index,
			  struct mm_struct *mm, gfp_t gfp_mask);

/* Takes an unmapped page out of the page cache again and gives its charge back. */
void remove_from_page_cache(struct page *page);

#endif /* _LINUX_PAGEMAP_H */
