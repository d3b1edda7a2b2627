/* SPDX-License-Identifier: MIT */
/*
 * Ordered trees. https://docs.kernel.org/core-api/rbtree.html
 * Simpler: the tree is not balanced, so it has neither colours nor rotations; the order of its nodes is the same. What
 * insertion and removal cost is therefore not what it costs in a kernel.
 */
#ifndef _LINUX_RBTREE_H
#define _LINUX_RBTREE_H

#include <linux/container_of.h>
#include <linux/rcupdate.h>
#include <linux/stddef.h>
#include <linux/types.h>

struct rb_node {
	struct rb_node *parent;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
};

struct rb_root {
	struct rb_node *rb_node;
};

struct rb_root_cached {
	struct rb_root rb_root;
};

#define RB_ROOT (struct rb_root) { NULL }
#define RB_ROOT_CACHED (struct rb_root_cached) { { NULL } }
#define rb_entry(ptr, type, member) container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member)                                                          \
	({                                                                                        \
		typeof(ptr) __smplab_node = (ptr);                                                \
		__smplab_node ? rb_entry(__smplab_node, type, member) : NULL;                     \
	})
#define rb_parent(node) ((node)->parent)
#define RB_EMPTY_ROOT(root) (READ_ONCE((root)->rb_node) == NULL)
/* In no tree: its own parent. */
#define RB_EMPTY_NODE(node) ((node)->parent == (node))
#define RB_CLEAR_NODE(node) ((void)((node)->parent = (node)))

static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->parent = parent;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

static inline void rb_link_node_rcu(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->parent = parent;
	node->rb_left = NULL;
	node->rb_right = NULL;
	rcu_assign_pointer(*link, node);
}

#define rb_insert_color(node, root) ((void)(node), (void)(root))

static inline struct rb_node *__smplab_rb_end(struct rb_node *node, bool left)
{
	while (node && (left ? node->rb_left : node->rb_right))
		node = left ? node->rb_left : node->rb_right;
	return node;
}

#define rb_first(root) __smplab_rb_end((root)->rb_node, true)
#define rb_last(root) __smplab_rb_end((root)->rb_node, false)

/* The neighbour on one side: the nearest below, else the first above that lies on that side. */
static inline struct rb_node *__smplab_rb_near(const struct rb_node *node, bool left)
{
	struct rb_node *below = left ? node->rb_left : node->rb_right;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (below)
		return __smplab_rb_end(below, !left);
	while (node->parent && node == (left ? node->parent->rb_left : node->parent->rb_right))
		node = node->parent;
	return node->parent;
}

#define rb_next(node) __smplab_rb_near(node, false)
#define rb_prev(node) __smplab_rb_near(node, true)

/* Whoever pointed to the old node points to the new one, which may be none. */
static inline void __smplab_rb_exchange(struct rb_node *old, struct rb_node *new, struct rb_root *root)
{
	if (!old->parent)
		root->rb_node = new;
	else if (old->parent->rb_left == old)
		old->parent->rb_left = new;
	else
		old->parent->rb_right = new;
	if (new)
		new->parent = old->parent;
}

static inline void rb_replace_node(struct rb_node *victim, struct rb_node *new, struct rb_root *root)
{
	*new = *victim;
	__smplab_rb_exchange(victim, new, root);
	if (new->rb_left)
		new->rb_left->parent = new;
	if (new->rb_right)
		new->rb_right->parent = new;
}

static inline void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *next;

	if (!node->rb_left || !node->rb_right) {
		__smplab_rb_exchange(node, node->rb_left ? node->rb_left : node->rb_right, root);
		return;
	}
	/* The next one has nothing on its left: it leaves its place and takes this one. */
	next = __smplab_rb_end(node->rb_right, true);
	__smplab_rb_exchange(next, next->rb_right, root);
	rb_replace_node(node, next, root);
}

#define rb_first_cached(root) rb_first(&(root)->rb_root)
#define rb_insert_color_cached(node, root, leftmost) ((void)(leftmost), rb_insert_color(node, &(root)->rb_root))
#define rb_erase_cached(node, root) rb_erase(node, &(root)->rb_root)

static inline void rb_add(struct rb_node *node, struct rb_root *tree,
			  bool (*less)(struct rb_node *, const struct rb_node *))
{
	struct rb_node **link = &tree->rb_node, *parent = NULL;

	while (*link) {
		parent = *link;
		link = less(node, parent) ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(node, parent, link);
}

static inline struct rb_node *rb_find(const void *key, const struct rb_root *tree,
				      int (*cmp)(const void *key, const struct rb_node *))
{
	struct rb_node *node = tree->rb_node;

	while (node) {
		int c = cmp(key, node);

		if (c == 0)
			return node;
		node = c < 0 ? node->rb_left : node->rb_right;
	}
	return NULL;
}

/* Children before their parents. */
static inline struct rb_node *__smplab_rb_deepest(struct rb_node *node)
{
	while (node && (node->rb_left || node->rb_right))
		node = node->rb_left ? node->rb_left : node->rb_right;
	return node;
}

static inline struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent = node ? node->parent : NULL;

	if (parent && node == parent->rb_left && parent->rb_right)
		return __smplab_rb_deepest(parent->rb_right);
	return parent;
}

#define rb_first_postorder(root) __smplab_rb_deepest((root)->rb_node)
#define rbtree_postorder_for_each_entry_safe(pos, n, root, field)                                 \
	for (pos = rb_entry_safe(rb_first_postorder(root), typeof(*pos), field);                  \
	     pos && ({ n = rb_entry_safe(rb_next_postorder(&pos->field), typeof(*pos), field); 1; }); pos = n)

#endif
