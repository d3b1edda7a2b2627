/* SPDX-License-Identifier: MIT */
/* Lists that many add to and one takes away, without a lock. https://docs.kernel.org/core-api/kernel-api.html */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/atomic.h>
#include <linux/cmpxchg.h>
#include <linux/container_of.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct llist_head {
	struct llist_node *first;
};

struct llist_node {
	struct llist_node *next;
};

#define LLIST_HEAD_INIT(name) { NULL }
#define LLIST_HEAD(name) struct llist_head name = LLIST_HEAD_INIT(name)
#define init_llist_head(list) ((void)((list)->first = NULL))
#define llist_entry(ptr, type, member) container_of(ptr, type, member)
#define llist_empty(head) (READ_ONCE((head)->first) == NULL)
#define llist_next(node) ((node)->next)
#define llist_for_each(pos, node) for ((pos) = (node); pos; (pos) = (pos)->next)
#define llist_for_each_safe(pos, n, node)                                                         \
	for ((pos) = (node); (pos) && ((n) = (pos)->next, true); (pos) = (n))
#define __smplab_llist_none(pos, member) ((unsigned long)&(pos)->member == 0)
#define llist_for_each_entry(pos, node, member)                                                   \
	for ((pos) = llist_entry((node), typeof(*(pos)), member); !__smplab_llist_none(pos, member); \
	     (pos) = llist_entry((pos)->member.next, typeof(*(pos)), member))
#define llist_for_each_entry_safe(pos, n, node, member)                                           \
	for ((pos) = llist_entry((node), typeof(*(pos)), member);                                 \
	     !__smplab_llist_none(pos, member) &&                                                 \
	     ((n) = llist_entry((pos)->member.next, typeof(*(n)), member), true);                 \
	     (pos) = (n))

/* True if the list was empty before. */
static inline bool llist_add_batch(struct llist_node *first, struct llist_node *last, struct llist_head *head)
{
	struct llist_node *old = READ_ONCE(head->first);

	do {
		last->next = old;
	} while (!try_cmpxchg(&head->first, &old, first));
	return old == NULL;
}

static inline bool llist_add(struct llist_node *node, struct llist_head *head)
{
	return llist_add_batch(node, node, head);
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return xchg(&head->first, NULL);
}

/* Two that do this at once need a lock between them. */
static inline struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *entry = READ_ONCE(head->first);

	while (entry && !try_cmpxchg(&head->first, &entry, READ_ONCE(entry->next)))
		;
	return entry;
}

static inline struct llist_node *llist_reverse_order(struct llist_node *head)
{
	struct llist_node *reversed = NULL;

	while (head) {
		struct llist_node *next = head->next;

		head->next = reversed;
		reversed = head;
		head = next;
	}
	return reversed;
}

#endif
