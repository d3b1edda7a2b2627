/* SPDX-License-Identifier: MIT */
/* Hash tables of a fixed size, with lists for buckets. https://docs.kernel.org/core-api/kernel-api.html */
#ifndef _LINUX_HASHTABLE_H
#define _LINUX_HASHTABLE_H

#include <linux/array_size.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/rculist.h>

#define DEFINE_HASHTABLE(name, bits)                                                              \
	struct hlist_head name[1 << (bits)] = { [0 ...((1 << (bits)) - 1)] = HLIST_HEAD_INIT }
#define DECLARE_HASHTABLE(name, bits) struct hlist_head name[1 << (bits)]
#define HASH_SIZE(name) (ARRAY_SIZE(name))
#define HASH_BITS(name) ilog2(HASH_SIZE(name))
#define hash_min(val, bits) (sizeof(val) <= 4 ? hash_32(val, bits) : hash_long(val, bits))

static inline void __hash_init(struct hlist_head *ht, unsigned int sz)
{
	for (unsigned int i = 0; i < sz; i++)
		INIT_HLIST_HEAD(&ht[i]);
}

static inline bool __hash_empty(struct hlist_head *ht, unsigned int sz)
{
	for (unsigned int i = 0; i < sz; i++)
		if (!hlist_empty(&ht[i]))
			return false;
	return true;
}

#define hash_init(hashtable) __hash_init(hashtable, HASH_SIZE(hashtable))
#define hash_empty(hashtable) __hash_empty(hashtable, HASH_SIZE(hashtable))
#define __smplab_bucket(hashtable, key) (&(hashtable)[hash_min(key, HASH_BITS(hashtable))])
#define hash_add(hashtable, node, key) hlist_add_head(node, __smplab_bucket(hashtable, key))
#define hash_add_rcu(hashtable, node, key) hlist_add_head_rcu(node, __smplab_bucket(hashtable, key))
#define hash_hashed(node) (!hlist_unhashed(node))
#define hash_del(node) hlist_del_init(node)
#define hash_del_rcu(node) hlist_del_init_rcu(node)
#define hash_for_each(name, bkt, obj, member)                                                     \
	for ((bkt) = 0, obj = NULL; obj == NULL && (bkt) < HASH_SIZE(name); (bkt)++)              \
		hlist_for_each_entry(obj, &(name)[bkt], member)
#define hash_for_each_safe(name, bkt, tmp, obj, member)                                           \
	for ((bkt) = 0, obj = NULL; obj == NULL && (bkt) < HASH_SIZE(name); (bkt)++)              \
		hlist_for_each_entry_safe(obj, tmp, &(name)[bkt], member)
#define hash_for_each_rcu(name, bkt, obj, member)                                                 \
	for ((bkt) = 0, obj = NULL; obj == NULL && (bkt) < HASH_SIZE(name); (bkt)++)              \
		hlist_for_each_entry_rcu(obj, &(name)[bkt], member)
#define hash_for_each_possible(name, obj, member, key)                                            \
	hlist_for_each_entry(obj, __smplab_bucket(name, key), member)
#define hash_for_each_possible_safe(name, obj, tmp, member, key)                                  \
	hlist_for_each_entry_safe(obj, tmp, __smplab_bucket(name, key), member)
#define hash_for_each_possible_rcu(name, obj, member, key, cond...)                               \
	hlist_for_each_entry_rcu(obj, __smplab_bucket(name, key), member, ##cond)

#endif
