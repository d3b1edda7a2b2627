/* SPDX-License-Identifier: MIT */
/*
 * Hash tables whose readers take no lock. https://lwn.net/Articles/751374/ ("Relativistic hash tables")
 *
 * Simpler: one chain for all keys, with one lock, and no resizing. Where a key lies is nothing that callers may rely on; what
 * they may rely on holds: who looks something up is in a reader of RCU and meets what was there all the time, and objects
 * that were removed must wait for a grace period before they are freed. The hash functions are never called.
 */
#ifndef _LINUX_RHASHTABLE_H
#define _LINUX_RHASHTABLE_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>

struct rhash_head {
	struct rhash_head __rcu *next;
};

struct rhashtable;

struct rhashtable_compare_arg {
	struct rhashtable *ht;
	const void *key;
};

typedef u32 (*rht_hashfn_t)(const void *data, u32 len, u32 seed);
typedef u32 (*rht_obj_hashfn_t)(const void *data, u32 len, u32 seed);
/* 0: the object has this key. */
typedef int (*rht_obj_cmpfn_t)(struct rhashtable_compare_arg *arg, const void *obj);

struct rhashtable_params {
	u16 nelem_hint;
	u16 key_len;
	u16 key_offset;
	u16 head_offset;
	unsigned int max_size;
	u16 min_size;
	bool automatic_shrinking;
	rht_hashfn_t hashfn;
	rht_obj_hashfn_t obj_hashfn;
	rht_obj_cmpfn_t obj_cmpfn;
};

struct rhashtable {
	struct rhash_head __rcu *first;
	struct rhashtable_params p;
	spinlock_t lock;
	atomic_t nelems;
};

static inline int rhashtable_init(struct rhashtable *ht, const struct rhashtable_params *params)
{
	if (!params->key_len && !params->obj_hashfn)
		return -EINVAL;
	RCU_INIT_POINTER(ht->first, NULL);
	ht->p = *params;
	spin_lock_init(&ht->lock);
	atomic_set(&ht->nelems, 0);
	return 0;
}

static inline void *__smplab_rht_obj(const struct rhash_head *head, const struct rhashtable_params params)
{
	return (char *)head - params.head_offset;
}

static inline bool __smplab_rht_has(struct rhashtable *ht, const void *obj, const void *key,
				    const struct rhashtable_params params)
{
	struct rhashtable_compare_arg arg = { ht, key };

	if (params.obj_cmpfn)
		return params.obj_cmpfn(&arg, obj) == 0;
	return memcmp((const char *)obj + params.key_offset, key, params.key_len) == 0;
}

/* In a reader of RCU: as long as it lasts, what is found is not freed. */
static inline void *rhashtable_lookup(struct rhashtable *ht, const void *key, const struct rhashtable_params params)
{
	struct rhash_head *head;

	for (head = rcu_dereference(ht->first); head; head = rcu_dereference(head->next)) {
		void *obj = __smplab_rht_obj(head, params);

		if (__smplab_rht_has(ht, obj, key, params))
			return obj;
	}
	return NULL;
}

/* The reader is over when it comes back: something else has to keep what was found. */
static inline void *rhashtable_lookup_fast(struct rhashtable *ht, const void *key,
					   const struct rhashtable_params params)
{
	void *obj;

	rcu_read_lock();
	obj = rhashtable_lookup(ht, key, params);
	rcu_read_unlock();
	return obj;
}

/* `key`: NULL, or what must not be there yet. Gives the object that has it, NULL if the new one is in. */
static inline void *__smplab_rht_insert(struct rhashtable *ht, const void *key, struct rhash_head *new,
					const struct rhashtable_params params)
{
	struct rhash_head *head;
	void *found = NULL;

	spin_lock_bh(&ht->lock);
	head = rcu_dereference_protected(ht->first, lockdep_is_held(&ht->lock));
	RCU_INIT_POINTER(new->next, head);
	for (; key && head && !found; head = rcu_dereference_protected(head->next, lockdep_is_held(&ht->lock))) {
		void *obj = __smplab_rht_obj(head, params);

		if (__smplab_rht_has(ht, obj, key, params))
			found = obj;
	}
	if (!found && params.max_size && (unsigned int)atomic_read(&ht->nelems) >= params.max_size)
		found = ERR_PTR(-E2BIG);
	if (!found) {
		rcu_assign_pointer(ht->first, new);
		atomic_inc(&ht->nelems);
	}
	spin_unlock_bh(&ht->lock);
	return found;
}

/* Does not look whether the key is there. */
static inline int rhashtable_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
					 const struct rhashtable_params params)
{
	void *found = __smplab_rht_insert(ht, NULL, obj, params);

	return PTR_ERR_OR_ZERO(found);
}

/* NULL: it is in; else the object that has the key, or an error pointer. */
static inline void *rhashtable_lookup_get_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
						      const struct rhashtable_params params)
{
	const char *key = (const char *)__smplab_rht_obj(obj, params) + params.key_offset;

	return __smplab_rht_insert(ht, key, obj, params);
}

static inline int rhashtable_lookup_insert_fast(struct rhashtable *ht, struct rhash_head *obj,
						const struct rhashtable_params params)
{
	void *found = rhashtable_lookup_get_insert_fast(ht, obj, params);

	return IS_ERR(found) ? PTR_ERR(found) : found ? -EEXIST : 0;
}

/* -ENOENT: it was not there. Readers may still have it. */
static inline int rhashtable_remove_fast(struct rhashtable *ht, struct rhash_head *obj,
					 const struct rhashtable_params params)
{
	struct rhash_head __rcu **at = &ht->first;
	struct rhash_head *head;
	int err = -ENOENT;

	spin_lock_bh(&ht->lock);
	while ((head = rcu_dereference_protected(*at, lockdep_is_held(&ht->lock)))) {
		if (head == obj) {
			rcu_assign_pointer(*at, rcu_dereference_protected(obj->next, lockdep_is_held(&ht->lock)));
			atomic_dec(&ht->nelems);
			err = 0;
			break;
		}
		at = &head->next;
	}
	spin_unlock_bh(&ht->lock);
	return err;
}

/* Nobody uses the table any more. */
static inline void rhashtable_free_and_destroy(struct rhashtable *ht, void (*free_fn)(void *ptr, void *arg),
					       void *arg)
{
	struct rhash_head *head = rcu_dereference_protected(ht->first, true);

	while (head) {
		struct rhash_head *next = rcu_dereference_protected(head->next, true);

		if (free_fn)
			free_fn(__smplab_rht_obj(head, ht->p), arg);
		head = next;
	}
	RCU_INIT_POINTER(ht->first, NULL);
}

static inline void rhashtable_destroy(struct rhashtable *ht)
{
	rhashtable_free_and_destroy(ht, NULL, NULL);
}

#endif
