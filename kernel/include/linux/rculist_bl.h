/* SPDX-License-Identifier: MIT */
/* Lists of list_bl.h that RCU readers walk while their lock is held for changes. */
#ifndef _LINUX_RCULIST_BL_H
#define _LINUX_RCULIST_BL_H

#include <linux/list_bl.h>
#include <linux/rcupdate.h>

static inline void hlist_bl_set_first_rcu(struct hlist_bl_head *head, struct hlist_bl_node *n)
{
	BUG_ON((unsigned long)n & LIST_BL_LOCKMASK);
	BUG_ON(!((unsigned long)READ_ONCE(head->first) & LIST_BL_LOCKMASK));
	rcu_assign_pointer(head->first, (struct hlist_bl_node *)((unsigned long)n | LIST_BL_LOCKMASK));
}

/* Inside a reader or under the lock. */
#define hlist_bl_first_rcu(head)                                                                  \
	__smplab_bl_pointer(rcu_dereference_check((head)->first, hlist_bl_is_locked(head)))

static inline void hlist_bl_add_head_rcu(struct hlist_bl_node *n, struct hlist_bl_head *head)
{
	struct hlist_bl_node *first = hlist_bl_first(head);

	n->next = first;
	n->pprev = &head->first;
	if (first)
		first->pprev = &n->next;
	hlist_bl_set_first_rcu(head, n);
}

/* Readers go on behind it. */
static inline void hlist_bl_del_rcu(struct hlist_bl_node *n)
{
	__hlist_bl_del(n);
	n->pprev = LIST_POISON2;
}

static inline void hlist_bl_del_init_rcu(struct hlist_bl_node *n)
{
	if (hlist_bl_unhashed(n))
		return;
	__hlist_bl_del(n);
	n->pprev = NULL;
}

#define hlist_bl_for_each_entry_rcu(tpos, pos, head, member)                                      \
	for ((pos) = hlist_bl_first_rcu(head);                                                    \
	     (pos) && ({ (tpos) = hlist_bl_entry(pos, typeof(*(tpos)), member); 1; });            \
	     (pos) = rcu_dereference_raw((pos)->next))

#endif
