/* SPDX-License-Identifier: MIT */
/*
 * Reference counts that notice misuse. https://docs.kernel.org/core-api/refcount-vs-atomic.html
 * Object: kernel/objects/refcount.ts, which says what went wrong.
 *
 * A count that was incremented from zero, fell below zero or grew too large is set to REFCOUNT_SATURATED and stays
 * about there, so that the object leaks instead of being freed too early. The atomic operation is one step and
 * saturating is another one behind it, as in the kernel.
 * Macros rather than functions, so that a step's place is the line that uses it.
 */
#ifndef _LINUX_REFCOUNT_H
#define _LINUX_REFCOUNT_H

#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

typedef struct refcount_struct {
	atomic_t refs;
} refcount_t;

#define REFCOUNT_INIT(n) { .refs = ATOMIC_INIT(n) }
#define REFCOUNT_MAX INT_MAX
#define REFCOUNT_SATURATED (INT_MIN / 2)

/* Reports "refcount_t: <text>". */
void __smplab_refcount_warn(const char *text);
#define __smplab_refcount_saturate(r, text)                                                       \
	do {                                                                                      \
		atomic_set(&(r)->refs, REFCOUNT_SATURATED);                                       \
		__smplab_refcount_warn(text);                                                     \
	} while (0)

#define refcount_set(r, n) atomic_set(&(r)->refs, n)
#define refcount_set_release(r, n) atomic_set_release(&(r)->refs, n)
#define refcount_read(r) ((unsigned int)atomic_read(&(r)->refs))

#define refcount_add(i, r)                                                                        \
	({                                                                                        \
		refcount_t *__smplab_r = (r);                                                     \
		int __smplab_i = (i);                                                             \
		int __smplab_old = atomic_fetch_add_relaxed(__smplab_i, &__smplab_r->refs);       \
		if (unlikely(!__smplab_old))                                                      \
			__smplab_refcount_saturate(__smplab_r, "addition on 0; use-after-free."); \
		else if (unlikely(__smplab_old < 0 || (int)((unsigned)__smplab_old + __smplab_i) < 0)) \
			__smplab_refcount_saturate(__smplab_r, "saturated; leaking memory.");     \
	})
#define refcount_inc(r) refcount_add(1, r)

/* Old value, 0 if nothing was added. */
#define __smplab_refcount_add_not_zero(i, r)                                                      \
	({                                                                                        \
		refcount_t *__smplab_r = (r);                                                     \
		int __smplab_i = (i);                                                             \
		int __smplab_old = (int)__smplab_fetch_add_unless(&__smplab_r->refs.counter, 4, __smplab_i, 0); \
		if (unlikely(__smplab_old < 0 || (int)((unsigned)__smplab_old + __smplab_i) < 0)) \
			__smplab_refcount_saturate(__smplab_r, "saturated; leaking memory.");     \
		__smplab_old;                                                                     \
	})
#define refcount_add_not_zero(i, r) (__smplab_refcount_add_not_zero(i, r) != 0)
#define refcount_inc_not_zero(r) refcount_add_not_zero(1, r)

#define refcount_sub_and_test(i, r)                                                               \
	({                                                                                        \
		refcount_t *__smplab_r = (r);                                                     \
		int __smplab_i = (i);                                                             \
		int __smplab_old = atomic_fetch_sub_release(__smplab_i, &__smplab_r->refs);       \
		if (unlikely(__smplab_old != __smplab_i &&                                        \
			     (__smplab_old <= 0 || (int)((unsigned)__smplab_old - __smplab_i) < 0))) \
			__smplab_refcount_saturate(__smplab_r, "underflow; use-after-free.");     \
		__smplab_old > 0 && __smplab_old == __smplab_i;                                   \
	})
#define refcount_dec_and_test(r) refcount_sub_and_test(1, r)

#define refcount_dec(r)                                                                           \
	({                                                                                        \
		refcount_t *__smplab_r = (r);                                                     \
		if (unlikely(atomic_fetch_sub_release(1, &__smplab_r->refs) <= 1))                \
			__smplab_refcount_saturate(__smplab_r, "decrement hit 0; leaking memory."); \
	})

/* True, and 0 now, if it was 1. */
#define refcount_dec_if_one(r) (atomic_cmpxchg(&(r)->refs, 1, 0) == 1)

static inline bool refcount_dec_not_one(refcount_t *r)
{
	int old = atomic_read(&r->refs);

	do {
		if (unlikely(old == REFCOUNT_SATURATED))
			return true;
		if (old == 1)
			return false;
		if (unlikely(old == 0)) {
			__smplab_refcount_warn("underflow; use-after-free.");
			return true;
		}
	} while (!atomic_try_cmpxchg_release(&r->refs, &old, old - 1));
	return true;
}

/* True, with the lock held, if the count is 0 now. */
static inline bool refcount_dec_and_mutex_lock(refcount_t *r, struct mutex *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	mutex_lock(lock);
	if (!refcount_dec_and_test(r)) {
		mutex_unlock(lock);
		return false;
	}
	return true;
}

static inline bool refcount_dec_and_lock(refcount_t *r, spinlock_t *lock)
{
	if (refcount_dec_not_one(r))
		return false;
	spin_lock(lock);
	if (!refcount_dec_and_test(r)) {
		spin_unlock(lock);
		return false;
	}
	return true;
}

#endif
