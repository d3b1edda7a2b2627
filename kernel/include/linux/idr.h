/* SPDX-License-Identifier: MIT */
/*
 * Numbers for pointers. https://docs.kernel.org/core-api/idr.html
 * Who changes an idr keeps others from changing it, with a lock of its own; who looks needs that lock or rcu_read_lock().
 * An ida has its own lock. Entries are a list in the order of their numbers; what idr_remove() takes out is freed after a
 * grace period, as the kernel's nodes are.
 */
#ifndef _LINUX_IDR_H
#define _LINUX_IDR_H

#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct __smplab_id {
	struct __smplab_id __rcu *next;
	unsigned long id;
	void *entry;
	struct rcu_head rcu;
};

struct idr {
	struct __smplab_id __rcu *first;
	unsigned int idr_base;
	unsigned int idr_next;
};

#define IDR_INIT_BASE(name, base) { .idr_base = (base) }
#define IDR_INIT(name) IDR_INIT_BASE(name, 0)
#define DEFINE_IDR(name) struct idr name = IDR_INIT(name)

static inline void idr_init_base(struct idr *idr, int base)
{
	*idr = (struct idr)IDR_INIT_BASE(, base);
}

#define idr_init(idr) idr_init_base(idr, 0)
#define idr_preload(gfp) preempt_disable()
#define idr_preload_end() preempt_enable()
#define idr_is_empty(idr) (rcu_access_pointer((idr)->first) == NULL)
#define idr_get_cursor(idr) READ_ONCE((idr)->idr_next)
#define idr_set_cursor(idr, val) WRITE_ONCE((idr)->idr_next, val)

/* The link to the entry with this number or, if there is none, to the next one. For those who change the idr. */
static inline struct __smplab_id __rcu **__smplab_idr_link(struct idr *idr, unsigned long id)
{
	struct __smplab_id __rcu **link = &idr->first;
	struct __smplab_id *at;

	while ((at = rcu_dereference_raw(*link)) && at->id < id)
		link = &at->next;
	return link;
}

/* The lowest free number from `from` to `last`, or -ENOSPC. */
static inline int __smplab_idr_insert(struct idr *idr, void *ptr, unsigned long from, unsigned long last, gfp_t gfp)
{
	struct __smplab_id *made = kmalloc(sizeof(*made), gfp | __GFP_ZERO);
	struct __smplab_id __rcu **link = __smplab_idr_link(idr, from);
	struct __smplab_id *at;

	if (!made)
		return -ENOMEM;
	while ((at = rcu_dereference_raw(*link)) && at->id == from) {
		from++;
		link = &at->next;
	}
	if (from > last) {
		kfree(made);
		return -ENOSPC;
	}
	made->id = from;
	made->entry = ptr;
	RCU_INIT_POINTER(made->next, at);
	rcu_assign_pointer(*link, made);
	return (int)from;
}

/* From `start` to below `end`; up to INT_MAX if that is not above 0. */
static inline int idr_alloc(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	unsigned long from = start, last = end > 0 ? end - 1 : INT_MAX;

	if (WARN_ON_ONCE(start < 0))
		return -EINVAL;
	return __smplab_idr_insert(idr, ptr, max(from, (unsigned long)idr->idr_base), last, gfp);
}

static inline int idr_alloc_u32(struct idr *idr, void *ptr, u32 *id, unsigned long last, gfp_t gfp)
{
	int got = __smplab_idr_insert(idr, ptr, max((unsigned long)*id, (unsigned long)idr->idr_base), last, gfp);

	if (got < 0)
		return got;
	*id = got;
	return 0;
}

/* From the number behind the last one, then from `start`. */
static inline int idr_alloc_cyclic(struct idr *idr, void *ptr, int start, int end, gfp_t gfp)
{
	unsigned long last = end > 0 ? end - 1 : INT_MAX;
	int id = __smplab_idr_insert(idr, ptr, max((unsigned long)idr->idr_next, (unsigned long)start), last, gfp);

	if (id == -ENOSPC)
		id = __smplab_idr_insert(idr, ptr, start, last, gfp);
	if (id >= 0)
		idr->idr_next = id + 1;
	return id;
}

static inline struct __smplab_id *__smplab_idr_at(const struct idr *idr, unsigned long id)
{
	struct __smplab_id *at = rcu_dereference_raw(idr->first);

	while (at && at->id < id)
		at = rcu_dereference_raw(at->next);
	return at;
}

static inline void *idr_find(const struct idr *idr, unsigned long id)
{
	struct __smplab_id *at = __smplab_idr_at(idr, id);

	return at && at->id == id ? READ_ONCE(at->entry) : NULL;
}

static inline void *idr_remove(struct idr *idr, unsigned long id)
{
	struct __smplab_id __rcu **link = __smplab_idr_link(idr, id);
	struct __smplab_id *at = rcu_dereference_raw(*link);
	void *entry;

	if (!at || at->id != id)
		return NULL;
	entry = at->entry;
	rcu_assign_pointer(*link, rcu_dereference_raw(at->next));
	kfree_rcu(at, rcu);
	return entry;
}

static inline void *idr_replace(struct idr *idr, void *ptr, unsigned long id)
{
	struct __smplab_id *at = __smplab_idr_at(idr, id);
	void *old;

	if (!at || at->id != id)
		return ERR_PTR(-ENOENT);
	old = at->entry;
	WRITE_ONCE(at->entry, ptr);
	return old;
}

/* The entry with this number or the next one, and its number. */
static inline void *idr_get_next(struct idr *idr, int *nextid)
{
	struct __smplab_id *at = __smplab_idr_at(idr, *nextid);

	if (!at)
		return NULL;
	*nextid = at->id;
	return READ_ONCE(at->entry);
}

#define idr_for_each_entry(idr, entry, id)                                                        \
	for ((id) = 0; ((entry) = idr_get_next(idr, (int *)&(id))) != NULL; ++(id))
#define idr_for_each_entry_continue(idr, entry, id)                                               \
	for (; ((entry) = idr_get_next(idr, (int *)&(id))) != NULL; ++(id))

static inline int idr_for_each(const struct idr *idr, int (*fn)(int id, void *p, void *data), void *data)
{
	struct __smplab_id *at;
	int result = 0;

	for (at = rcu_dereference_raw(idr->first); at && !result; at = rcu_dereference_raw(at->next))
		result = fn(at->id, READ_ONCE(at->entry), data);
	return result;
}

/* Of the idr itself; the entries are their owner's. */
static inline void idr_destroy(struct idr *idr)
{
	struct __smplab_id *at = rcu_dereference_raw(idr->first), *next;

	RCU_INIT_POINTER(idr->first, NULL);
	for (; at; at = next) {
		next = rcu_dereference_raw(at->next);
		kfree_rcu(at, rcu);
	}
}

/* Numbers alone. */
struct ida {
	spinlock_t lock;
	struct idr ids;
};

#define IDA_INIT(name) { .lock = __SPIN_LOCK_UNLOCKED((name).lock) }
#define DEFINE_IDA(name) struct ida name = IDA_INIT(name)

static inline void ida_init(struct ida *ida)
{
	spin_lock_init(&ida->lock);
	idr_init(&ida->ids);
}

static inline int ida_alloc_range(struct ida *ida, unsigned int min, unsigned int max, gfp_t gfp)
{
	unsigned long flags;
	int id;

	might_sleep_if(gfpflags_allow_blocking(gfp));
	spin_lock_irqsave(&ida->lock, flags);
	id = __smplab_idr_insert(&ida->ids, ida, min, max, GFP_NOWAIT);
	spin_unlock_irqrestore(&ida->lock, flags);
	return id;
}

#define ida_alloc(ida, gfp) ida_alloc_range(ida, 0, INT_MAX, gfp)
#define ida_alloc_min(ida, min, gfp) ida_alloc_range(ida, min, INT_MAX, gfp)
#define ida_alloc_max(ida, max, gfp) ida_alloc_range(ida, 0, max, gfp)
#define ida_simple_get(ida, start, end, gfp) ida_alloc_range(ida, start, (end) ? (end) - 1 : INT_MAX, gfp)

static inline void ida_free(struct ida *ida, unsigned int id)
{
	unsigned long flags;
	void *entry;

	spin_lock_irqsave(&ida->lock, flags);
	entry = idr_remove(&ida->ids, id);
	spin_unlock_irqrestore(&ida->lock, flags);
	WARN(!entry, "ida_free called for id=%d which is not allocated.\n", id);
}

#define ida_simple_remove(ida, id) ida_free(ida, id)
#define ida_is_empty(ida) idr_is_empty(&(ida)->ids)
#define ida_destroy(ida) idr_destroy(&(ida)->ids)

#endif
