/* SPDX-License-Identifier: MIT */
/*
 * A count and the spinlock that guards it. https://docs.kernel.org/core-api/kernel-api.html
 * Simpler: always with the lock; the kernel changes the count of an unlocked one with a compare-exchange of both.
 */
#ifndef _LINUX_LOCKREF_H
#define _LINUX_LOCKREF_H

#include <linux/spinlock.h>
#include <linux/types.h>

struct lockref {
	spinlock_t lock;
	int count;
};

static inline void lockref_init(struct lockref *ref)
{
	spin_lock_init(&ref->lock);
	ref->count = 1;
}

static inline void lockref_get(struct lockref *ref)
{
	spin_lock(&ref->lock);
	ref->count++;
	spin_unlock(&ref->lock);
}

/* Adds to a count above `floor`; true if it was. */
static inline bool __smplab_lockref_add_above(struct lockref *ref, int floor, int n)
{
	bool added;

	spin_lock(&ref->lock);
	added = ref->count > floor;
	if (added)
		ref->count += n;
	spin_unlock(&ref->lock);
	return added;
}

#define lockref_get_not_zero(ref) __smplab_lockref_add_above(ref, 0, 1)
#define lockref_get_not_dead(ref) __smplab_lockref_add_above(ref, -1, 1)
#define lockref_put_not_zero(ref) __smplab_lockref_add_above(ref, 1, -1)

/* The new count, or -1 if it would be none. */
static inline int lockref_put_return(struct lockref *ref)
{
	int count = -1;

	spin_lock(&ref->lock);
	if (ref->count > 0)
		count = --ref->count;
	spin_unlock(&ref->lock);
	return count;
}

/* False, with the lock held, where the last one would go. */
static inline bool lockref_put_or_lock(struct lockref *ref)
{
	spin_lock(&ref->lock);
	if (ref->count <= 1)
		return false;
	ref->count--;
	spin_unlock(&ref->lock);
	return true;
}

/* The lock is held. */
static inline void lockref_mark_dead(struct lockref *ref)
{
	assert_spin_locked(&ref->lock);
	ref->count = -128;
}

#define __lockref_is_dead(ref) ((ref)->count < 0)

#endif
