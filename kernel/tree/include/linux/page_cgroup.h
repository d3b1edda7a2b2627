/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_PAGE_CGROUP_H
#define _LINUX_PAGE_CGROUP_H

#include <linux/bit_spinlock.h>
#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/mm.h>

struct mem_cgroup;

/*
 * What the memory controller knows of one page. There is one for every page from boot on,
 * at the same place in its node's table as the page in mem_map.
 */
struct page_cgroup {
	unsigned long flags;
	struct mem_cgroup *mem_cgroup;	/* who pays; stays when PCG_USED goes */
	struct page *page;
	struct list_head lru;		/* on a list of mem_cgroup; guarded by the zone's lru_lock */
};

/* Bits of flags. PCG_LOCK is a lock: it guards mem_cgroup and the bits without a remark. */
enum {
	PCG_LOCK,
	PCG_CACHE,	/* charged as page cache, not as anonymous memory */
	PCG_USED,	/* charged: mem_cgroup is meant */
	PCG_ACCT_LRU,	/* counted on a list of mem_cgroup; guarded by the zone's lru_lock */
	PCG_FILE_MAPPED, /* counted in mem_cgroup's FILE_MAPPED */
};

void page_cgroup_init(void);
struct page_cgroup *lookup_page_cgroup(struct page *page);

#define TESTPCGFLAG(uname, lname)				\
static inline int PageCgroup##uname(struct page_cgroup *pc)	\
	{ return test_bit(PCG_##lname, &pc->flags); }

#define SETPCGFLAG(uname, lname)				\
static inline void SetPageCgroup##uname(struct page_cgroup *pc)	\
	{ set_bit(PCG_##lname, &pc->flags); }

#define CLEARPCGFLAG(uname, lname)				\
static inline void ClearPageCgroup##uname(struct page_cgroup *pc) \
	{ clear_bit(PCG_##lname, &pc->flags); }

#define TESTCLEARPCGFLAG(uname, lname)				\
static inline int TestClearPageCgroup##uname(struct page_cgroup *pc) \
	{ return test_and_clear_bit(PCG_##lname, &pc->flags); }

TESTPCGFLAG(Locked, LOCK)

TESTPCGFLAG(Cache, CACHE)
SETPCGFLAG(Cache, CACHE)
CLEARPCGFLAG(Cache, CACHE)

TESTPCGFLAG(Used, USED)
SETPCGFLAG(Used, USED)
CLEARPCGFLAG(Used, USED)

TESTPCGFLAG(AcctLRU, ACCT_LRU)
SETPCGFLAG(AcctLRU, ACCT_LRU)
TESTCLEARPCGFLAG(AcctLRU, ACCT_LRU)

TESTPCGFLAG(FileMapped, FILE_MAPPED)
SETPCGFLAG(FileMapped, FILE_MAPPED)
CLEARPCGFLAG(FileMapped, FILE_MAPPED)

static inline int page_cgroup_nid(struct page_cgroup *pc)
{
	return page_to_nid(pc->page);
}

static inline enum zone_type page_cgroup_zid(struct page_cgroup *pc)
{
	return page_zonenum(pc->page);
}

static inline void lock_page_cgroup(struct page_cgroup *pc)
{
	bit_spin_lock(PCG_LOCK, &pc->flags);
}

static inline void unlock_page_cgroup(struct page_cgroup *pc)
{
	bit_spin_unlock(PCG_LOCK, &pc->flags);
}

#endif /* _LINUX_PAGE_CGROUP_H */
