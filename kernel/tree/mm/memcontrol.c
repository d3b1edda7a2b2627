// SPDX-License-Identifier: GPL-2.0-only
/*
 * memcontrol.c - memory controller
 *
 * Every page of a process or of a file is charged to one group of processes, and a group can
 * be given a limit. This is the controller in its shape of September 2010, reduced to what
 * charges, uncharges and moves pages of memory: without swap, soft limits, thresholds, batched
 * charges, reclaim and CPU hotplug.
 *
 * Where a thing is counted:
 *   mem_cgroup->res     bytes charged, against the limit (not for the root group);
 *   mem_cgroup->stat    numbers of pages and events, a copy for each CPU: what counts is the sum;
 *   mem_cgroup->info    the list that a page is on, for finding a group's pages again.
 * Which group a page is charged to stands in page_cgroup->mem_cgroup. It changes in two places:
 * when the page is charged, and when the charge is moved, by rmdir() to the group above or with
 * a process to the group that the process is moved to.
 *
 * Lock order:
 *   cgroup_mutex
 *     mm->mmap_sem
 *       page table lock (mm->page_table_lock)
 *         lock_page_cgroup()
 *         zone->lru_lock
 *   res_counter->lock and mc.lock nest inside all of them and hold nothing.
 */

#include <linux/bitops.h>
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/mmdebug.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/oom.h>
#include <linux/page_cgroup.h>
#include <linux/pagemap.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/res_counter.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/swap.h>
#include <linux/wait.h>

struct cgroup_subsys mem_cgroup_subsys;

/* How often a charge or an rmdir() asks for pages to be freed before it gives up. */
#define MEM_CGROUP_RECLAIM_RETRIES	5

static struct mem_cgroup *root_mem_cgroup;

/* Numbers kept for each CPU. A single CPU's number may well be negative. */
enum mem_cgroup_stat_index {
	/* The first two add up to the pages that are charged. */
	MEM_CGROUP_STAT_CACHE,		/* # of pages charged as page cache */
	MEM_CGROUP_STAT_RSS,		/* # of pages charged as anonymous memory */
	MEM_CGROUP_STAT_FILE_MAPPED,	/* # of page cache pages that some process maps */
	MEM_CGROUP_STAT_PGPGIN_COUNT,	/* # of pages paged in */
	MEM_CGROUP_STAT_PGPGOUT_COUNT,	/* # of pages paged out */
	MEM_CGROUP_STAT_SWAPOUT, /* # of pages, swapped out */
	MEM_CGROUP_EVENTS,	/* incremented at every  pagein/pageout */

	MEM_CGROUP_STAT_NSTATS,
};

struct mem_cgroup_stat_cpu {
	s64 count[MEM_CGROUP_STAT_NSTATS];
};

/* A group's pages in one zone; guarded by the zone's lru_lock. */
struct mem_cgroup_per_zone {
	struct list_head	lists[NR_LRU_LISTS];	/* of page_cgroup->lru */
	unsigned long		count[NR_LRU_LISTS];
};

#define MEM_CGROUP_ZSTAT(mz, idx)	((mz)->count[(idx)])

struct mem_cgroup_per_node {
	struct mem_cgroup_per_zone zoneinfo[MAX_NR_ZONES];
};

struct mem_cgroup_lru_info {
	struct mem_cgroup_per_node *nodeinfo[MAX_NUMNODES];
};

/* The controller's object for one group. */
struct mem_cgroup {
	struct cgroup_subsys_state css;

	/* Bytes charged. The root group is not charged here: it has no limit. */
	struct res_counter res;
	struct mem_cgroup_lru_info info;

	spinlock_t reclaim_param_lock;		/* guards swappiness */
	unsigned int swappiness;

	/* Charges to this group are charges to the ones above; changes only while it has no children. */
	bool use_hierarchy;

	atomic_t oom_lock;			/* how many are in mem_cgroup_handle_oom() */
	int oom_kill_disable;

	/* What a process that comes in brings along, bits of enum move_type; under cgroup_mutex. */
	unsigned long move_charge_at_immigrate;

	/* From alloc_percpu(); each CPU changes its own copy. */
	struct mem_cgroup_stat_cpu *stat;
};

/* Bit numbers in move_charge_at_immigrate. */
enum move_type {
	MOVE_CHARGE_TYPE_ANON,	/* private anonymous pages */
	MOVE_CHARGE_TYPE_FILE,	/* page cache, whoever else maps it */
	NR_MOVE_TYPE,
};

/*
 * The one task move that can be on its way, since cgroup_mutex is held from can_attach() to
 * attach(). Who does not hold it reads from, to and moving_task under lock; the numbers are the
 * mover's alone.
 */
static struct move_charge_struct {
	spinlock_t	  lock; /* for from, to, moving_task */
	struct mem_cgroup *from;
	struct mem_cgroup *to;
	unsigned long precharge;	/* pages charged to "to" and not given to a page yet */
	unsigned long moved_charge;	/* pages moved, but still charged to "from" as well */
	unsigned long moved_swap;	/* the same for swap entries; there is no swap here */
	struct task_struct *moving_task;	/* who moves: it must not wait for the end of the move */
	wait_queue_head_t waitq;		/* who waits for the end of the move */
} mc = {
	.lock = __SPIN_LOCK_UNLOCKED(mc.lock),
	.waitq = __WAIT_QUEUE_HEAD_INITIALIZER(mc.waitq),
};

static bool move_anon(void)
{
	return test_bit(MOVE_CHARGE_TYPE_ANON, &mc.to->move_charge_at_immigrate);
}

static bool move_file(void)
{
	return test_bit(MOVE_CHARGE_TYPE_FILE, &mc.to->move_charge_at_immigrate);
}

enum charge_type {
	MEM_CGROUP_CHARGE_TYPE_CACHE = 0,	/* a page of a file */
	MEM_CGROUP_CHARGE_TYPE_MAPPED,		/* an anonymous page */
};

#define mem_cgroup_from_res_counter(counter, member)	\
	container_of(counter, struct mem_cgroup, member)

static struct mem_cgroup_per_zone *
mem_cgroup_zoneinfo(struct mem_cgroup *mem, int nid, int zid)
{
	return &mem->info.nodeinfo[nid]->zoneinfo[zid];
}

static struct mem_cgroup_per_zone *
page_cgroup_zoneinfo(struct page_cgroup *pc)
{
	return mem_cgroup_zoneinfo(pc->mem_cgroup, page_cgroup_nid(pc), page_cgroup_zid(pc));
}

/* The sum over all CPUs. Exact only while nobody counts. */
static s64 mem_cgroup_read_stat(struct mem_cgroup *mem,
		enum mem_cgroup_stat_index idx)
{
	int cpu;
	s64 val = 0;

	for_each_possible_cpu(cpu)
		val += per_cpu(mem->stat->count[idx], cpu);
	return val;
}

/* A page becomes, or ceases to be, one of mem's. The caller holds lock_page_cgroup(). */
static void mem_cgroup_charge_statistics(struct mem_cgroup *mem,
					 struct page_cgroup *pc,
					 bool charge)
{
	int val = charge ? 1 : -1;

	preempt_disable();

	if (PageCgroupCache(pc))
		__this_cpu_add(mem->stat->count[MEM_CGROUP_STAT_CACHE], val);
	else
		__this_cpu_add(mem->stat->count[MEM_CGROUP_STAT_RSS], val);

	if (charge)
		__this_cpu_inc(mem->stat->count[MEM_CGROUP_STAT_PGPGIN_COUNT]);
	else
		__this_cpu_inc(mem->stat->count[MEM_CGROUP_STAT_PGPGOUT_COUNT]);
	__this_cpu_inc(mem->stat->count[MEM_CGROUP_EVENTS]);

	preempt_enable();
}

static struct mem_cgroup *mem_cgroup_from_cont(struct cgroup *cont)
{
	return container_of(cgroup_subsys_state(cont, mem_cgroup_subsys_id),
			    struct mem_cgroup, css);
}

/* Under rcu_read_lock() or cgroup_mutex. */
static struct mem_cgroup *mem_cgroup_from_task(struct task_struct *p)
{
	return container_of(task_subsys_state(p, mem_cgroup_subsys_id),
			    struct mem_cgroup, css);
}

/* The group that pays for mm, with a reference to its css. */
static struct mem_cgroup *try_get_mem_cgroup_from_mm(struct mm_struct *mm)
{
	struct mem_cgroup *mem;

	/* The group is not freed before the grace period, but it may be on its way out. */
	rcu_read_lock();
	do {
		mem = mem_cgroup_from_task(mm->owner);
	} while (!css_tryget(&mem->css));
	rcu_read_unlock();
	return mem;
}

static inline bool mem_cgroup_is_root(struct mem_cgroup *mem)
{
	return mem == root_mem_cgroup;
}

/*
 * The two routines for a group's lists. A page's charge is moved only while the page is off
 * its list (see mem_cgroup_move_account()), so pc->mem_cgroup is the same when the page leaves
 * the list as when it came.
 */
void mem_cgroup_del_lru_list(struct page *page, enum lru_list lru)
{
	struct page_cgroup *pc = lookup_page_cgroup(page);
	struct mem_cgroup_per_zone *mz;

	/* It was never charged, and so never came onto a list. */
	if (!TestClearPageCgroupAcctLRU(pc))
		return;
	VM_BUG_ON(!pc->mem_cgroup);

	/* PCG_USED may have gone by now, with the page's charge; mem_cgroup has not. */
	mz = page_cgroup_zoneinfo(pc);
	MEM_CGROUP_ZSTAT(mz, lru) -= 1;
	VM_BUG_ON(list_empty(&pc->lru));
	list_del_init(&pc->lru);
}

void mem_cgroup_add_lru_list(struct page *page, enum lru_list lru)
{
	struct page_cgroup *pc = lookup_page_cgroup(page);
	struct mem_cgroup_per_zone *mz;

	VM_BUG_ON(PageCgroupAcctLRU(pc));
	if (!PageCgroupUsed(pc))
		return;
	/* Pairs with smp_wmb() in __mem_cgroup_commit_charge(): Used is seen, so is mem_cgroup. */
	smp_rmb();

	mz = page_cgroup_zoneinfo(pc);
	MEM_CGROUP_ZSTAT(mz, lru) += 1;
	SetPageCgroupAcctLRU(pc);
	list_add(&pc->lru, &mz->lists[lru]);
}

int task_in_mem_cgroup(struct task_struct *task, const struct mem_cgroup *mem)
{
	struct mem_cgroup *curr;
	int ret;

	rcu_read_lock();
	curr = mem_cgroup_from_task(task);
	if (curr->use_hierarchy)
		ret = css_is_ancestor(&curr->css, &mem->css);
	else
		ret = curr == mem;
	rcu_read_unlock();
	return ret;
}

static unsigned int get_swappiness(struct mem_cgroup *memcg)
{
	unsigned int swappiness;

	/* the root group has none of its own */
	if (memcg->css.cgroup->parent == NULL)
		return vm_swappiness;

	spin_lock(&memcg->reclaim_param_lock);
	swappiness = memcg->swappiness;
	spin_unlock(&memcg->reclaim_param_lock);

	return swappiness;
}

/* A routine for testing mem is not under move_account */

static bool mem_cgroup_under_move(struct mem_cgroup *mem)
{
	struct mem_cgroup *from;
	struct mem_cgroup *to;
	bool ret = false;

	/* The caller has no cgroup_mutex, which would keep "from" and "to" as they are. */
	spin_lock(&mc.lock);
	from = mc.from;
	to = mc.to;
	if (from) {
		ret = from == mem || to == mem;
		if (!ret && mem->use_hierarchy)
			ret = css_is_ancestor(&from->css, &mem->css) ||
			      css_is_ancestor(&to->css, &mem->css);
	}
	spin_unlock(&mc.lock);
	return ret;
}

/*
 * A move charges the new group before it uncharges the old one. Whoever finds no room in mem
 * meanwhile can wait for the end. Returns whether it is worth trying the charge again.
 */
static bool mem_cgroup_wait_acct_move(struct mem_cgroup *mem)
{
	DEFINE_WAIT(wait);

	if (!mc.moving_task || current == mc.moving_task)
		return false;
	if (!mem_cgroup_under_move(mem))
		return false;

	prepare_to_wait(&mc.waitq, &wait, TASK_INTERRUPTIBLE);
	/* The move may have ended before we were on the queue. */
	if (mc.moving_task)
		schedule();
	finish_wait(&mc.waitq, &wait);
	return true;
}

static DEFINE_MUTEX(memcg_oom_mutex);
static DECLARE_WAIT_QUEUE_HEAD(memcg_oom_waitq);

/* Is this the only one that handles an out-of-memory situation of mem? */
static bool mem_cgroup_oom_lock(struct mem_cgroup *mem)
{
	return atomic_inc_return(&mem->oom_lock) == 1;
}

static void mem_cgroup_oom_unlock(struct mem_cgroup *mem)
{
	atomic_dec(&mem->oom_lock);
}

static void memcg_wakeup_oom(void)
{
	/* Each that wakes tries its charge again, whichever group it waits for. */
	wake_up_all(&memcg_oom_waitq);
}

/* There may be room in mem again. */
static void memcg_oom_recover(struct mem_cgroup *mem)
{
	if (mem && atomic_read(&mem->oom_lock))
		memcg_wakeup_oom();
}

/*
 * There is no room in mem, and nothing can be freed. The first that comes here has a process
 * killed; the others, and all of them where the administrator wants no killing, sleep until
 * there may be room. Returns false where the caller itself is to die.
 */
bool mem_cgroup_handle_oom(struct mem_cgroup *mem, gfp_t mask)
{
	DEFINE_WAIT(wait);
	bool need_to_kill;

	mutex_lock(&memcg_oom_mutex);
	need_to_kill = mem_cgroup_oom_lock(mem) && !mem->oom_kill_disable;
	/* On the queue first: whoever makes room after this will wake us. */
	prepare_to_wait(&memcg_oom_waitq, &wait, TASK_KILLABLE);
	mutex_unlock(&memcg_oom_mutex);

	if (need_to_kill)
		mem_cgroup_out_of_memory(mem, mask);
	else
		schedule();
	finish_wait(&memcg_oom_waitq, &wait);

	mutex_lock(&memcg_oom_mutex);
	mem_cgroup_oom_unlock(mem);
	memcg_wakeup_oom();
	mutex_unlock(&memcg_oom_mutex);

	if (fatal_signal_pending(current))
		return false;
	/* Whoever was killed needs the CPU to free its memory. */
	cond_resched();
	return true;
}

/*
 * Currently used to update mapped file statistics, but the routine can be
 * generalized to update other statistics as well.
 */
void mem_cgroup_update_file_mapped(struct page *page, int val)
{
	struct mem_cgroup *mem;
	struct page_cgroup *pc;

	pc = lookup_page_cgroup(page);
	if (unlikely(!pc))
		return;

	lock_page_cgroup(pc);
	mem = pc->mem_cgroup;
	if (!mem || !PageCgroupUsed(pc))
		goto done;

	/*
	 * Preemption is already disabled. We can use __this_cpu_xxx
	 */
	if (val > 0) {
		__this_cpu_inc(mem->stat->count[MEM_CGROUP_STAT_FILE_MAPPED]);
		SetPageCgroupFileMapped(pc);
	} else {
		__this_cpu_dec(mem->stat->count[MEM_CGROUP_STAT_FILE_MAPPED]);
		if (!page_mapped(page)) /* for race between dec->inc counter */
			ClearPageCgroupFileMapped(pc);
	}

done:
	unlock_page_cgroup(pc);
}

/*
 * Larger kernels charge many pages at once and keep what is left over in a stock for each CPU.
 * Here a charge is for one page, so a stock would always be empty and there is nothing to give
 * back; the call stays where a group has to get back all that is charged to it.
 */
static void drain_all_stock_sync(void)
{
}

/* What came of one attempt to charge a page. */
enum {
	CHARGE_OK,
	CHARGE_RETRY,		/* there may be room now */
	CHARGE_NOMEM,		/* there is none, and nobody was killed for it */
	CHARGE_WOULDBLOCK,	/* the caller cannot wait for room */
	CHARGE_OOM_DIE,		/* the caller is the one that has to die */
};

static int __mem_cgroup_do_charge(struct mem_cgroup *mem, gfp_t gfp_mask,
				  bool oom_check)
{
	struct mem_cgroup *mem_over_limit;
	struct res_counter *fail_res;

	if (likely(!res_counter_charge(&mem->res, PAGE_SIZE, &fail_res)))
		return CHARGE_OK;

	mem_over_limit = mem_cgroup_from_res_counter(fail_res, res);
	if (!(gfp_mask & __GFP_WAIT))
		return CHARGE_WOULDBLOCK;
	if (try_to_free_mem_cgroup_pages(mem_over_limit, gfp_mask,
					 get_swappiness(mem_over_limit)))
		return CHARGE_RETRY;
	/* Somebody else may have freed some. */
	if (res_counter_check_under_limit(&mem_over_limit->res))
		return CHARGE_RETRY;
	if (mem_cgroup_wait_acct_move(mem_over_limit))
		return CHARGE_RETRY;
	if (!oom_check)
		return CHARGE_NOMEM;
	if (!mem_cgroup_handle_oom(mem_over_limit, gfp_mask))
		return CHARGE_OOM_DIE;
	return CHARGE_RETRY;
}

/*
 * Charges one page to *memcg, or where that is NULL to mm's group, which is then stored there.
 * What follows is either a commit or a cancel. A process that is being killed is not charged:
 * then *memcg is NULL on return. So it is on failure.
 */
static int __mem_cgroup_try_charge(struct mm_struct *mm,
		gfp_t gfp_mask, struct mem_cgroup **memcg, bool oom)
{
	int retries = MEM_CGROUP_RECLAIM_RETRIES;
	struct mem_cgroup *mem;
	int ret;

	if (unlikely(fatal_signal_pending(current)))
		goto bypass;

	do {
		mem = *memcg;
		if (mem) {
			/* The caller keeps the group from going away. */
			VM_BUG_ON(css_is_removed(&mem->css));
			css_get(&mem->css);
		} else {
			mem = try_get_mem_cgroup_from_mm(mm);
		}

		if (mem_cgroup_is_root(mem))
			ret = CHARGE_OK;
		else
			ret = __mem_cgroup_do_charge(mem, gfp_mask,
						     oom && retries == 0);
		css_put(&mem->css);

		if (ret == CHARGE_NOMEM && oom && retries > 0) {
			retries--;
			ret = CHARGE_RETRY;
		}
	} while (ret == CHARGE_RETRY);

	if (ret == CHARGE_OK) {
		*memcg = mem;
		return 0;
	}
	if (ret == CHARGE_OOM_DIE)
		goto bypass;
	*memcg = NULL;
	return -ENOMEM;
bypass:
	*memcg = NULL;
	return 0;
}

/* Gives back charges that were never committed, or that their pages took elsewhere. */
static void __mem_cgroup_cancel_charge(struct mem_cgroup *mem,
				       unsigned long count)
{
	if (!mem_cgroup_is_root(mem))
		res_counter_uncharge(&mem->res, PAGE_SIZE * count);
}

static void mem_cgroup_cancel_charge(struct mem_cgroup *mem)
{
	__mem_cgroup_cancel_charge(mem, 1);
}

/* The charge to mem is for this page. */
static void __mem_cgroup_commit_charge(struct mem_cgroup *mem,
				       struct page_cgroup *pc,
				       enum charge_type ctype)
{
	/* not charged, see __mem_cgroup_try_charge() */
	if (!mem)
		return;

	lock_page_cgroup(pc);
	if (unlikely(PageCgroupUsed(pc))) {
		unlock_page_cgroup(pc);
		mem_cgroup_cancel_charge(mem);
		return;
	}

	pc->mem_cgroup = mem;
	/*
	 * mem_cgroup_add_lru_list() looks at Used without the lock and then relies on
	 * mem_cgroup.
	 */
	smp_wmb();
	if (ctype == MEM_CGROUP_CHARGE_TYPE_CACHE)
		SetPageCgroupCache(pc);
	else
		ClearPageCgroupCache(pc);
	SetPageCgroupUsed(pc);

	mem_cgroup_charge_statistics(mem, pc, true);
	unlock_page_cgroup(pc);
}

/*
 * Makes the page one of "to" instead of "from". "to" has been charged for it; "from" is
 * uncharged here or, if not uncharge, by the caller later.
 *
 * Takes no lock: the caller holds lock_page_cgroup(), and the page is off its list.
 */
static void __mem_cgroup_move_account(struct page_cgroup *pc,
	struct mem_cgroup *from, struct mem_cgroup *to, bool uncharge)
{
	VM_BUG_ON(from == to);
	VM_BUG_ON(PageLRU(pc->page));
	VM_BUG_ON(!PageCgroupLocked(pc));
	VM_BUG_ON(!PageCgroupUsed(pc));
	VM_BUG_ON(pc->mem_cgroup != from);

	if (PageCgroupFileMapped(pc)) {
		/* The page counts as mapped: the count goes where the page goes. */
		preempt_disable();
		__this_cpu_dec(from->stat->count[MEM_CGROUP_STAT_FILE_MAPPED]);
		__this_cpu_inc(to->stat->count[MEM_CGROUP_STAT_FILE_MAPPED]);
		preempt_enable();
	}
	mem_cgroup_charge_statistics(from, pc, false);
	if (uncharge)
		mem_cgroup_cancel_charge(from);

	pc->mem_cgroup = to;
	mem_cgroup_charge_statistics(to, pc, true);
}

/* Fails with -EINVAL where the page is not, or no longer, charged to "from". */
static int mem_cgroup_move_account(struct page_cgroup *pc,
	struct mem_cgroup *from, struct mem_cgroup *to, bool uncharge)
{
	int ret = -EINVAL;

	lock_page_cgroup(pc);
	if (PageCgroupUsed(pc) && pc->mem_cgroup == from) {
		__mem_cgroup_move_account(pc, from, to, uncharge);
		ret = 0;
	}
	unlock_page_cgroup(pc);
	return ret;
}

/* Moves the page's charge from child to the group above. */
static int mem_cgroup_move_parent(struct page_cgroup *pc,
				  struct mem_cgroup *child,
				  gfp_t gfp_mask)
{
	struct page *page = pc->page;
	struct cgroup *pcg = child->css.cgroup->parent;
	struct mem_cgroup *parent;
	int ret;

	/* The root has nobody above it. */
	if (!pcg)
		return -EINVAL;

	ret = -EBUSY;
	if (!get_page_unless_zero(page))
		goto out;
	if (isolate_lru_page(page))
		goto put;

	parent = mem_cgroup_from_cont(pcg);
	ret = __mem_cgroup_try_charge(NULL, gfp_mask, &parent, false);
	if (ret || !parent)
		goto put_back;

	ret = mem_cgroup_move_account(pc, child, parent, true);
	if (ret)
		mem_cgroup_cancel_charge(parent);
put_back:
	putback_lru_page(page);
put:
	put_page(page);
out:
	return ret;
}

/* Charges a page that is in nobody else's hands yet. */
static int mem_cgroup_charge_common(struct page *page, struct mm_struct *mm,
				gfp_t gfp_mask, enum charge_type ctype)
{
	struct page_cgroup *pc = lookup_page_cgroup(page);
	struct mem_cgroup *mem = NULL;
	int ret;

	/* at boot */
	if (unlikely(!pc))
		return 0;

	ret = __mem_cgroup_try_charge(mm, gfp_mask, &mem, true);
	if (ret)
		return ret;

	__mem_cgroup_commit_charge(mem, pc, ctype);
	return 0;
}

int mem_cgroup_newpage_charge(struct page *page,
			      struct mm_struct *mm, gfp_t gfp_mask)
{
	VM_BUG_ON(page_mapped(page));
	VM_BUG_ON(page->mapping && !PageAnon(page));
	return mem_cgroup_charge_common(page, mm, gfp_mask,
				MEM_CGROUP_CHARGE_TYPE_MAPPED);
}

int mem_cgroup_cache_charge(struct page *page, struct mm_struct *mm,
				gfp_t gfp_mask)
{
	return mem_cgroup_charge_common(page, mm, gfp_mask,
				MEM_CGROUP_CHARGE_TYPE_CACHE);
}

static void __mem_cgroup_uncharge_common(struct page *page, enum charge_type ctype)
{
	struct page_cgroup *pc = lookup_page_cgroup(page);
	struct mem_cgroup *mem;

	if (unlikely(!pc || !PageCgroupUsed(pc)))
		return;

	lock_page_cgroup(pc);
	mem = pc->mem_cgroup;
	if (!PageCgroupUsed(pc))
		goto unlock_out;
	/* An anonymous page that was mapped again in the meantime stays charged. */
	if (ctype == MEM_CGROUP_CHARGE_TYPE_MAPPED && page_mapped(page))
		goto unlock_out;

	mem_cgroup_charge_statistics(mem, pc, false);
	/*
	 * pc->mem_cgroup stays as it is: the page may still be on mem's list, and whoever
	 * looks without the lock finds a group.
	 */
	ClearPageCgroupUsed(pc);
	unlock_page_cgroup(pc);

	mem_cgroup_cancel_charge(mem);
	memcg_oom_recover(mem);
	return;

unlock_out:
	unlock_page_cgroup(pc);
}

void mem_cgroup_uncharge_page(struct page *page)
{
	/* Somebody else may map it by now: then there is no need for the lock. */
	if (page_mapped(page))
		return;
	__mem_cgroup_uncharge_common(page, MEM_CGROUP_CHARGE_TYPE_MAPPED);
}

void mem_cgroup_uncharge_cache_page(struct page *page)
{
	VM_BUG_ON(page_mapped(page));
	VM_BUG_ON(page->mapping);
	__mem_cgroup_uncharge_common(page, MEM_CGROUP_CHARGE_TYPE_CACHE);
}

/* How often a list is tried again when its pages are in others' hands, before others get a turn. */
#define FORCE_EMPTY_MARGIN	2

/*
 * Moves every page of one list to the group above. -EBUSY: some page was in use by somebody
 * who had taken it off its list.
 */
static int mem_cgroup_force_empty_list(struct mem_cgroup *mem,
				int node, int zid, enum lru_list lru)
{
	struct zone *zone = &NODE_DATA(node)->node_zones[zid];
	struct mem_cgroup_per_zone *mz = mem_cgroup_zoneinfo(mem, node, zid);
	struct list_head *list = &mz->lists[lru];
	struct page_cgroup *pc, *busy = NULL;
	unsigned long flags, loop;
	int ret = 0;

	loop = MEM_CGROUP_ZSTAT(mz, lru) + FORCE_EMPTY_MARGIN;
	while (loop--) {
		ret = 0;
		spin_lock_irqsave(&zone->lru_lock, flags);
		if (list_empty(list)) {
			spin_unlock_irqrestore(&zone->lru_lock, flags);
			break;
		}
		pc = list_entry(list->prev, struct page_cgroup, lru);
		if (busy == pc) {
			/* Do the others first. */
			list_move(&pc->lru, list);
			busy = NULL;
			spin_unlock_irqrestore(&zone->lru_lock, flags);
			continue;
		}
		spin_unlock_irqrestore(&zone->lru_lock, flags);

		ret = mem_cgroup_move_parent(pc, mem, GFP_KERNEL);
		if (ret == -ENOMEM)
			break;

		busy = NULL;
		if (ret == -EBUSY || ret == -EINVAL) {
			busy = pc;
			cond_resched();
		}
	}

	if (!ret && !list_empty(list))
		return -EBUSY;
	return ret;
}

/*
 * Makes the group empty: its pages are moved to the group above or, if free_all or where that
 * one has no room, freed first as far as possible. There must be no process in it and no group
 * below it. -EBUSY where there is one, or where pages remain.
 */
static int mem_cgroup_force_empty(struct mem_cgroup *mem, bool free_all)
{
	int ret;
	int node, zid, shrink;
	int nr_retries = MEM_CGROUP_RECLAIM_RETRIES;
	struct cgroup *cgrp = mem->css.cgroup;

	css_get(&mem->css);

	shrink = 0;
	if (free_all)
		goto try_to_free;
move_account:
	do {
		ret = -EBUSY;
		if (cgroup_task_count(cgrp) || !list_empty(&cgrp->children))
			goto out;
		ret = -EINTR;
		if (signal_pending(current))
			goto out;
		/* A page on its way to a list is not found on it. */
		lru_add_drain_all();
		drain_all_stock_sync();
		ret = 0;
		for_each_node_state(node, N_HIGH_MEMORY) {
			for (zid = 0; !ret && zid < MAX_NR_ZONES; zid++) {
				enum lru_list l;
				for_each_lru(l) {
					ret = mem_cgroup_force_empty_list(mem,
							node, zid, l);
					if (ret)
						break;
				}
			}
			if (ret)
				break;
		}
		memcg_oom_recover(mem);
		/* it seems parent cgroup doesn't have enough mem */
		if (ret == -ENOMEM)
			goto try_to_free;
		cond_resched();
	/* A page may have been charged, or put on a list that was done, meanwhile. */
	} while (mem->res.usage > 0 || ret);
out:
	css_put(&mem->css);
	return ret;

try_to_free:
	/* Freeing is tried once; what then finds no room above has to stay. */
	if (cgroup_task_count(cgrp) || !list_empty(&cgrp->children) || shrink) {
		ret = -EBUSY;
		goto out;
	}
	lru_add_drain_all();
	shrink = 1;
	while (nr_retries && mem->res.usage > 0) {
		if (signal_pending(current)) {
			ret = -EINTR;
			goto out;
		}
		if (!try_to_free_mem_cgroup_pages(mem, GFP_KERNEL,
						  get_swappiness(mem)))
			nr_retries--;
	}
	lru_add_drain();
	/* Pages in use could not be freed; they can be moved. */
	goto move_account;
}

/* memory.force_empty */
static int mem_cgroup_force_empty_write(struct cgroup *cont, unsigned int event)
{
	return mem_cgroup_force_empty(mem_cgroup_from_cont(cont), true);
}

/* memory.use_hierarchy */
static u64 mem_cgroup_hierarchy_read(struct cgroup *cont, struct cftype *cft)
{
	return mem_cgroup_from_cont(cont)->use_hierarchy;
}

static int mem_cgroup_hierarchy_write(struct cgroup *cont, struct cftype *cft,
					u64 val)
{
	struct mem_cgroup *mem = mem_cgroup_from_cont(cont);
	struct cgroup *parent = cont->parent;
	int retval = 0;

	if (val > 1)
		return -EINVAL;

	/* A hierarchy has no holes: it is not switched on or off below one that is on. */
	cgroup_lock();
	if (parent && mem_cgroup_from_cont(parent)->use_hierarchy)
		retval = -EINVAL;
	else if (!list_empty(&cont->children))
		retval = -EBUSY;
	else
		mem->use_hierarchy = val;
	cgroup_unlock();
	return retval;
}

/* memory.usage_in_bytes */
static u64 mem_cgroup_usage_read(struct cgroup *cont, struct cftype *cft)
{
	struct mem_cgroup *mem = mem_cgroup_from_cont(cont);
	s64 pages;

	if (!mem_cgroup_is_root(mem))
		return res_counter_read_usage(&mem->res);
	pages = mem_cgroup_read_stat(mem, MEM_CGROUP_STAT_CACHE) +
		mem_cgroup_read_stat(mem, MEM_CGROUP_STAT_RSS);
	return pages << PAGE_SHIFT;
}

/* memory.limit_in_bytes */
static int mem_cgroup_limit_write(struct cgroup *cont, struct cftype *cft, u64 val)
{
	struct mem_cgroup *mem = mem_cgroup_from_cont(cont);

	if (mem_cgroup_is_root(mem))
		return -EINVAL;
	return res_counter_set_limit(&mem->res, val);
}

/* memory.move_charge_at_immigrate */
static u64 mem_cgroup_move_charge_read(struct cgroup *cont, struct cftype *cft)
{
	return mem_cgroup_from_cont(cont)->move_charge_at_immigrate;
}

static int mem_cgroup_move_charge_write(struct cgroup *cont,
					struct cftype *cft, u64 val)
{
	if (val >= (1 << NR_MOVE_TYPE))
		return -EINVAL;

	/* can_attach() and attach() must see the same value. */
	cgroup_lock();
	mem_cgroup_from_cont(cont)->move_charge_at_immigrate = val;
	cgroup_unlock();
	return 0;
}

/* memory.swappiness */
static u64 mem_cgroup_swappiness_read(struct cgroup *cont, struct cftype *cft)
{
	return get_swappiness(mem_cgroup_from_cont(cont));
}

static int mem_cgroup_swappiness_write(struct cgroup *cont, struct cftype *cft,
				       u64 val)
{
	struct mem_cgroup *mem = mem_cgroup_from_cont(cont);

	if (val > 100 || cont->parent == NULL)
		return -EINVAL;

	spin_lock(&mem->reclaim_param_lock);
	mem->swappiness = val;
	spin_unlock(&mem->reclaim_param_lock);
	return 0;
}

/* memory.oom_control */
static int mem_cgroup_oom_control_write(struct cgroup *cont, struct cftype *cft,
					u64 val)
{
	struct mem_cgroup *mem = mem_cgroup_from_cont(cont);

	if (val > 1 || cont->parent == NULL)
		return -EINVAL;

	cgroup_lock();
	mem->oom_kill_disable = val;
	/* Killing is allowed again: who sleeps has to find out. */
	if (!val)
		memcg_oom_recover(mem);
	cgroup_unlock();
	return 0;
}

static struct cftype mem_cgroup_files[] = {
	{
		.name = "usage_in_bytes",
		.read_u64 = mem_cgroup_usage_read,
	},
	{
		.name = "limit_in_bytes",
		.write_u64 = mem_cgroup_limit_write,
	},
	{
		.name = "force_empty",
		.trigger = mem_cgroup_force_empty_write,
	},
	{
		.name = "use_hierarchy",
		.read_u64 = mem_cgroup_hierarchy_read,
		.write_u64 = mem_cgroup_hierarchy_write,
	},
	{
		.name = "swappiness",
		.read_u64 = mem_cgroup_swappiness_read,
		.write_u64 = mem_cgroup_swappiness_write,
	},
	{
		.name = "move_charge_at_immigrate",
		.read_u64 = mem_cgroup_move_charge_read,
		.write_u64 = mem_cgroup_move_charge_write,
	},
	{
		.name = "oom_control",
		.write_u64 = mem_cgroup_oom_control_write,
	},
	{ }
};

static int alloc_mem_cgroup_per_zone_info(struct mem_cgroup *mem, int node)
{
	struct mem_cgroup_per_node *pn;
	enum lru_list l;
	int zone;

	pn = kzalloc(sizeof(*pn), GFP_KERNEL);
	if (!pn)
		return 1;

	for (zone = 0; zone < MAX_NR_ZONES; zone++)
		for_each_lru(l)
			INIT_LIST_HEAD(&pn->zoneinfo[zone].lists[l]);
	mem->info.nodeinfo[node] = pn;
	return 0;
}

static void __mem_cgroup_free(struct mem_cgroup *mem)
{
	int node;

	for_each_node_state(node, N_HIGH_MEMORY)
		kfree(mem->info.nodeinfo[node]);
	free_percpu(mem->stat);
	kfree(mem);
}

static struct mem_cgroup *mem_cgroup_alloc(void)
{
	struct mem_cgroup *mem;
	int node;

	mem = kzalloc(sizeof(*mem), GFP_KERNEL);
	if (!mem)
		return NULL;

	mem->stat = alloc_percpu(struct mem_cgroup_stat_cpu);
	if (!mem->stat) {
		kfree(mem);
		return NULL;
	}
	for_each_node_state(node, N_HIGH_MEMORY) {
		if (alloc_mem_cgroup_per_zone_info(mem, node)) {
			__mem_cgroup_free(mem);
			return NULL;
		}
	}
	return mem;
}

static struct cgroup_subsys_state *
mem_cgroup_create(struct cgroup_subsys *ss, struct cgroup *cont)
{
	struct mem_cgroup *mem, *parent = NULL;

	mem = mem_cgroup_alloc();
	if (!mem)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&mem->reclaim_param_lock);
	atomic_set(&mem->oom_lock, 0);
	if (cont->parent == NULL) {
		root_mem_cgroup = mem;
	} else {
		parent = mem_cgroup_from_cont(cont->parent);
		mem->use_hierarchy = parent->use_hierarchy;
		mem->oom_kill_disable = parent->oom_kill_disable;
		mem->swappiness = get_swappiness(parent);
	}
	res_counter_init(&mem->res,
			 parent && parent->use_hierarchy ? &parent->res : NULL);
	return &mem->css;
}

static int mem_cgroup_pre_destroy(struct cgroup_subsys *ss,
					struct cgroup *cont)
{
	return mem_cgroup_force_empty(mem_cgroup_from_cont(cont), false);
}

static void mem_cgroup_destroy(struct cgroup_subsys *ss,
				struct cgroup *cont)
{
	__mem_cgroup_free(mem_cgroup_from_cont(cont));
}

/* Moving charges along with a process. */

/* Charges "to" for count pages that are to come. */
static int mem_cgroup_do_precharge(unsigned long count)
{
	while (count--) {
		struct mem_cgroup *mem = mc.to;
		int ret;

		if (signal_pending(current))
			return -EINTR;
		ret = __mem_cgroup_try_charge(NULL, GFP_KERNEL, &mem, false);
		if (ret || !mem)
			return -ENOMEM;
		mc.precharge++;
	}
	return 0;
}

/* The page that the entry maps, with a reference, if its kind is to be moved. */
static struct page *mc_handle_present_pte(pte_t ptent)
{
	struct page *page = pte_page(ptent);

	if (!page_mapped(page))
		return NULL;
	if (PageAnon(page)) {
		/* Shared after a fork: it is not this process's alone. */
		if (!move_anon() || page_mapcount(page) > 2)
			return NULL;
	} else if (!move_file()) {
		return NULL;
	}
	if (!get_page_unless_zero(page))
		return NULL;
	return page;
}

/* The page of the file that the process could map here, if it is in memory. */
static struct page *mc_handle_file_pte(struct vm_area_struct *vma,
					unsigned long addr)
{
	if (!vma->vm_file || !move_file())
		return NULL;
	return find_get_page(vma->vm_file->f_mapping,
			     linear_page_index(vma, addr));
}

/*
 * Has the charge of the page behind this page table entry to be moved? With target, the page
 * is stored there with a reference. Called with the page table lock held.
 */
static bool is_target_pte_for_mc(struct vm_area_struct *vma, unsigned long addr,
				 pte_t ptent, struct page **target)
{
	struct page *page = NULL;
	struct page_cgroup *pc;

	if (pte_present(ptent))
		page = mc_handle_present_pte(ptent);
	else if (pte_none(ptent))
		page = mc_handle_file_pte(vma, addr);
	if (!page)
		return false;

	/* Without the lock this is a guess; mem_cgroup_move_account() makes sure. */
	pc = lookup_page_cgroup(page);
	if (PageCgroupUsed(pc) && pc->mem_cgroup == mc.from) {
		if (target)
			*target = page;
		else
			put_page(page);
		return true;
	}
	put_page(page);
	return false;
}

static unsigned long mem_cgroup_count_precharge(struct mm_struct *mm)
{
	struct vm_area_struct *vma;
	unsigned long addr, count = 0;
	spinlock_t *ptl;
	pte_t *pte;

	down_read(&mm->mmap_sem);
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		pte = pte_offset_map_lock(mm, vma->vm_start, &ptl);
		for (addr = vma->vm_start; addr != vma->vm_end; pte++, addr += PAGE_SIZE)
			if (is_target_pte_for_mc(vma, addr, *pte, NULL))
				count++;
		pte_unmap_unlock(ptl);
		cond_resched();
	}
	up_read(&mm->mmap_sem);

	return count;
}

static int mem_cgroup_precharge_mc(struct mm_struct *mm)
{
	return mem_cgroup_do_precharge(mem_cgroup_count_precharge(mm));
}

/* The end of a task move, of one that failed as well, and of one that moved no charges. */
static void mem_cgroup_clear_mc(void)
{
	struct mem_cgroup *from = mc.from;
	struct mem_cgroup *to = mc.to;

	/* Pages that were counted, and then were not there any more. */
	if (mc.precharge) {
		__mem_cgroup_cancel_charge(mc.to, mc.precharge);
		mc.precharge = 0;
	}
	/* What mem_cgroup_move_charge() has left for here, all at once. */
	if (mc.moved_charge) {
		__mem_cgroup_cancel_charge(mc.from, mc.moved_charge);
		mc.moved_charge = 0;
	}
	spin_lock(&mc.lock);
	mc.from = NULL;
	mc.to = NULL;
	mc.moving_task = NULL;
	spin_unlock(&mc.lock);
	memcg_oom_recover(from);
	memcg_oom_recover(to);
	wake_up_all(&mc.waitq);
}

static int mem_cgroup_can_attach(struct cgroup_subsys *ss,
				struct cgroup *cgroup,
				struct task_struct *p,
				bool threadgroup)
{
	int ret = 0;
	struct mem_cgroup *mem = mem_cgroup_from_cont(cgroup);

	if (mem->move_charge_at_immigrate) {
		struct mm_struct *mm;
		struct mem_cgroup *from = mem_cgroup_from_task(p);

		VM_BUG_ON(from == mem);

		mm = get_task_mm(p);
		if (!mm)
			return 0;
		/* The memory belongs to one of the processes that share it. */
		if (mm->owner == p) {
			VM_BUG_ON(mc.from);
			VM_BUG_ON(mc.to);
			VM_BUG_ON(mc.precharge);
			VM_BUG_ON(mc.moved_charge);
			VM_BUG_ON(mc.moved_swap);
			VM_BUG_ON(mc.moving_task);
			spin_lock(&mc.lock);
			mc.from = from;
			mc.to = mem;
			mc.moving_task = current;
			spin_unlock(&mc.lock);

			ret = mem_cgroup_precharge_mc(mm);
			if (ret)
				mem_cgroup_clear_mc();
		}
		mmput(mm);
	}
	return ret;
}

static void mem_cgroup_cancel_attach(struct cgroup_subsys *ss,
				struct cgroup *cgroup,
				struct task_struct *p,
				bool threadgroup)
{
	mem_cgroup_clear_mc();
}

/* Moves the charges of the pages behind one area. */
static int mem_cgroup_move_charge_pte_range(struct vm_area_struct *vma)
{
	unsigned long addr = vma->vm_start;
	unsigned long end = vma->vm_end;
	spinlock_t *ptl;
	pte_t *pte;
	int ret;

retry:
	pte = pte_offset_map_lock(vma->vm_mm, addr, &ptl);
	for (; addr != end; pte++, addr += PAGE_SIZE) {
		struct page *page;

		if (!mc.precharge)
			break;
		if (!is_target_pte_for_mc(vma, addr, *pte, &page))
			continue;
		/* Somebody else has taken it off its list: it stays where it is. */
		if (!isolate_lru_page(page)) {
			if (!mem_cgroup_move_account(lookup_page_cgroup(page),
						     mc.from, mc.to, false)) {
				mc.precharge--;
				mc.moved_charge++;
			}
			putback_lru_page(page);
		}
		put_page(page);
	}
	pte_unmap_unlock(ptl);
	cond_resched();

	if (addr != end) {
		/* There are more pages now than were counted. */
		ret = mem_cgroup_do_precharge(1);
		if (!ret)
			goto retry;
		return ret;
	}
	return 0;
}

static void mem_cgroup_move_charge(struct mm_struct *mm)
{
	struct vm_area_struct *vma;

	lru_add_drain_all();
	down_read(&mm->mmap_sem);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		/* Where there is no room for one page, there is none for the rest. */
		if (mem_cgroup_move_charge_pte_range(vma))
			break;
	up_read(&mm->mmap_sem);
}

static void mem_cgroup_move_task(struct cgroup_subsys *ss,
				struct cgroup *cont,
				struct cgroup *old_cont,
				struct task_struct *p,
				bool threadgroup)
{
	struct mm_struct *mm;

	/* can_attach() saw that there is nothing to move */
	if (!mc.to)
		return;

	mm = get_task_mm(p);
	if (mm) {
		mem_cgroup_move_charge(mm);
		mmput(mm);
	}
	mem_cgroup_clear_mc();
}

struct cgroup_subsys mem_cgroup_subsys = {
	.name = "memory",
	.subsys_id = mem_cgroup_subsys_id,
	.create = mem_cgroup_create,
	.pre_destroy = mem_cgroup_pre_destroy,
	.destroy = mem_cgroup_destroy,
	.can_attach = mem_cgroup_can_attach,
	.cancel_attach = mem_cgroup_cancel_attach,
	.attach = mem_cgroup_move_task,
	.files = mem_cgroup_files,
};
