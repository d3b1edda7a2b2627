/* SPDX-License-Identifier: MIT */
/*
 * Lists whose head keeps a bit spinlock in bit 0 of its pointer. https://docs.kernel.org/core-api/kernel-api.html
 * Whoever changes a list holds its lock, so what is written to the head keeps the bit set.
 */
#ifndef _LINUX_LIST_BL_H
#define _LINUX_LIST_BL_H

#include <linux/bit_spinlock.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/poison.h>
#include <linux/types.h>

#define LIST_BL_LOCKMASK 1UL

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct hlist_bl_head {
	struct hlist_bl_node *first;
};

#define INIT_HLIST_BL_HEAD(ptr) ((void)((ptr)->first = NULL))
#define hlist_bl_entry(ptr, type, member) container_of(ptr, type, member)

static inline void INIT_HLIST_BL_NODE(struct hlist_bl_node *n)
{
	n->next = NULL;
	n->pprev = NULL;
}

#define hlist_bl_lock(head) bit_spin_lock(0, (unsigned long *)(head))
#define hlist_bl_unlock(head) __bit_spin_unlock(0, (unsigned long *)(head))
#define hlist_bl_is_locked(head) bit_spin_is_locked(0, (unsigned long *)(head))

#define hlist_bl_unhashed(n) (!(n)->pprev)
#define __smplab_bl_pointer(first) ((struct hlist_bl_node *)((unsigned long)(first) & ~LIST_BL_LOCKMASK))
#define hlist_bl_first(head) __smplab_bl_pointer(READ_ONCE((head)->first))
#define hlist_bl_empty(head) (hlist_bl_first(head) == NULL)

static inline void hlist_bl_set_first(struct hlist_bl_head *head, struct hlist_bl_node *n)
{
	BUG_ON((unsigned long)n & LIST_BL_LOCKMASK);
	BUG_ON(!((unsigned long)READ_ONCE(head->first) & LIST_BL_LOCKMASK));
	WRITE_ONCE(head->first, (struct hlist_bl_node *)((unsigned long)n | LIST_BL_LOCKMASK));
}

static inline void hlist_bl_add_head(struct hlist_bl_node *n, struct hlist_bl_head *head)
{
	struct hlist_bl_node *first = hlist_bl_first(head);

	n->next = first;
	n->pprev = &head->first;
	if (first)
		first->pprev = &n->next;
	hlist_bl_set_first(head, n);
}

/* Behind the head's pointer lies the lock, behind that of a node nothing. */
static inline void __smplab_bl_point(struct hlist_bl_node **at, struct hlist_bl_node *to)
{
	unsigned long locked = (unsigned long)READ_ONCE(*at) & LIST_BL_LOCKMASK;

	WRITE_ONCE(*at, (struct hlist_bl_node *)((unsigned long)to | locked));
}

static inline void hlist_bl_add_before(struct hlist_bl_node *n, struct hlist_bl_node *next)
{
	n->pprev = next->pprev;
	n->next = next;
	next->pprev = &n->next;
	__smplab_bl_point(n->pprev, n);
}

static inline void hlist_bl_add_behind(struct hlist_bl_node *n, struct hlist_bl_node *prev)
{
	n->next = prev->next;
	n->pprev = &prev->next;
	if (n->next)
		n->next->pprev = &n->next;
	WRITE_ONCE(prev->next, n);
}

static inline void __hlist_bl_del(struct hlist_bl_node *n)
{
	__smplab_bl_point(n->pprev, n->next);
	if (n->next)
		n->next->pprev = n->pprev;
}

static inline void hlist_bl_del(struct hlist_bl_node *n)
{
	__hlist_bl_del(n);
	n->next = LIST_POISON1;
	n->pprev = LIST_POISON2;
}

static inline void hlist_bl_del_init(struct hlist_bl_node *n)
{
	if (hlist_bl_unhashed(n))
		return;
	__hlist_bl_del(n);
	INIT_HLIST_BL_NODE(n);
}

#define hlist_bl_for_each_entry(tpos, pos, head, member)                                          \
	for ((pos) = hlist_bl_first(head);                                                        \
	     (pos) && ({ (tpos) = hlist_bl_entry(pos, typeof(*(tpos)), member); 1; });            \
	     (pos) = (pos)->next)
#define hlist_bl_for_each_entry_safe(tpos, pos, n, head, member)                                  \
	for ((pos) = hlist_bl_first(head);                                                        \
	     (pos) && ({ (n) = (pos)->next; 1; }) &&                                              \
	     ({ (tpos) = hlist_bl_entry(pos, typeof(*(tpos)), member); 1; });                     \
	     (pos) = (n))

#endif
