/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PAGE_FLAGS_H
#define _LINUX_PAGE_FLAGS_H

#include <linux/bitops.h>
#include <linux/mm_types.h>

/* Bits of page->flags. Each is changed with an atomic bit operation. */
enum pageflags {
	PG_lru,		/* on the list of a group, see memcontrol.c */
	PG_swapbacked,	/* has no file behind it: belongs to an anon list */
};

#define TESTPAGEFLAG(uname, lname)				\
static inline int Page##uname(struct page *page)		\
	{ return test_bit(PG_##lname, &page->flags); }

#define SETPAGEFLAG(uname, lname)				\
static inline void SetPage##uname(struct page *page)		\
	{ set_bit(PG_##lname, &page->flags); }

#define CLEARPAGEFLAG(uname, lname)				\
static inline void ClearPage##uname(struct page *page)		\
	{ clear_bit(PG_##lname, &page->flags); }

#define PAGEFLAG(uname, lname)					\
	TESTPAGEFLAG(uname, lname) SETPAGEFLAG(uname, lname) CLEARPAGEFLAG(uname, lname)

PAGEFLAG(LRU, lru)
PAGEFLAG(SwapBacked, swapbacked)

/* The low bit of page->mapping tells an anonymous page from one of a file. */
#define PAGE_MAPPING_ANON	1

static inline int PageAnon(struct page *page)
{
	return ((unsigned long)page->mapping & PAGE_MAPPING_ANON) != 0;
}

#endif /* _LINUX_PAGE_FLAGS_H */
