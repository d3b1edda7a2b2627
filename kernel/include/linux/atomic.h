/* SPDX-License-Identifier: MIT */
/*
 * atomic_t and its 64-bit and long siblings. https://docs.kernel.org/core-api/wrappers/atomic_t.html
 *
 * Each operation is one indivisible step of the machine. The order of each follows the document: operations without
 * a return value are relaxed, those with one are fully ordered unless their name says otherwise.
 * Macros rather than functions, so that a step's place is the line that uses it.
 * Simpler: a macro does not check that its operand is of its own type, only that it has a counter.
 * The conditional ones (add_unless, dec_if_positive) are one step too: kernel/objects/atomic.ts.
 */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/types.h>
#include <linux/cmpxchg.h>
#include <asm/barrier.h>

#define ATOMIC_INIT(i) { (i) }
#define ATOMIC64_INIT(i) { (i) }
#define ATOMIC_LONG_INIT(i) { (i) }

/* What callbacks are given is a void pointer, which functions would take as their own. */
#define __smplab_is(type, v)                                                                      \
	__builtin_choose_expr(__builtin_types_compatible_p(typeof(v), void *), (type *)(void *)(v), (v))

/*
 * One step: reads the old value, stores old + add unless old == unless (or, for the second, unless old + add is
 * negative), returns the old value sign-extended. `size` is 4 or 8.
 */
long __smplab_fetch_add_unless(void *counter, unsigned long size, long add, long unless);
long __smplab_fetch_add_unless_negative(void *counter, unsigned long size, long add);

/* atomic_t */
#define atomic_read(v) (*(const volatile int *)&__smplab_is(atomic_t, v)->counter)
#define atomic_read_acquire(v) __atomic_load_n(&__smplab_is(atomic_t, v)->counter, __ATOMIC_ACQUIRE)
#define atomic_set(v, i) ((void)(*(volatile int *)&__smplab_is(atomic_t, v)->counter = (i)))
#define atomic_set_release(v, i) __atomic_store_n(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)

#define atomic_add(i, v) ((void)__atomic_fetch_add(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_sub(i, v) ((void)__atomic_fetch_sub(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_and(i, v) ((void)__atomic_fetch_and(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_or(i, v) ((void)__atomic_fetch_or(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_xor(i, v) ((void)__atomic_fetch_xor(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_andnot(i, v) atomic_and(~(int)(i), v)
#define atomic_inc(v) atomic_add(1, v)
#define atomic_dec(v) atomic_sub(1, v)

#define atomic_add_return(i, v) __atomic_add_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_sub_return(i, v) __atomic_sub_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_add(i, v) __atomic_fetch_add(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_sub(i, v) __atomic_fetch_sub(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_and(i, v) __atomic_fetch_and(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_or(i, v) __atomic_fetch_or(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_xor(i, v) __atomic_fetch_xor(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_fetch_andnot(i, v) atomic_fetch_and(~(int)(i), v)
#define atomic_inc_return(v) atomic_add_return(1, v)
#define atomic_dec_return(v) atomic_sub_return(1, v)
#define atomic_fetch_inc(v) atomic_fetch_add(1, v)
#define atomic_fetch_dec(v) atomic_fetch_sub(1, v)
#define atomic_xchg(v, new) xchg(&__smplab_is(atomic_t, v)->counter, (int)(new))
#define atomic_cmpxchg(v, old, new) cmpxchg(&__smplab_is(atomic_t, v)->counter, old, new)
#define atomic_try_cmpxchg(v, old, new) try_cmpxchg(&__smplab_is(atomic_t, v)->counter, old, new)

#define atomic_add_return_relaxed(i, v) __atomic_add_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_sub_return_relaxed(i, v) __atomic_sub_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_fetch_add_relaxed(i, v) __atomic_fetch_add(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_fetch_sub_relaxed(i, v) __atomic_fetch_sub(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_fetch_and_relaxed(i, v) __atomic_fetch_and(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_fetch_or_relaxed(i, v) __atomic_fetch_or(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_fetch_xor_relaxed(i, v) __atomic_fetch_xor(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_fetch_andnot_relaxed(i, v) atomic_fetch_and_relaxed(~(int)(i), v)
#define atomic_inc_return_relaxed(v) atomic_add_return_relaxed(1, v)
#define atomic_dec_return_relaxed(v) atomic_sub_return_relaxed(1, v)
#define atomic_fetch_inc_relaxed(v) atomic_fetch_add_relaxed(1, v)
#define atomic_fetch_dec_relaxed(v) atomic_fetch_sub_relaxed(1, v)
#define atomic_xchg_relaxed(v, new) xchg_relaxed(&__smplab_is(atomic_t, v)->counter, (int)(new))
#define atomic_cmpxchg_relaxed(v, old, new) cmpxchg_relaxed(&__smplab_is(atomic_t, v)->counter, old, new)
#define atomic_try_cmpxchg_relaxed(v, old, new) try_cmpxchg_relaxed(&__smplab_is(atomic_t, v)->counter, old, new)

#define atomic_add_return_acquire(i, v) __atomic_add_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_sub_return_acquire(i, v) __atomic_sub_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_fetch_add_acquire(i, v) __atomic_fetch_add(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_fetch_sub_acquire(i, v) __atomic_fetch_sub(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_fetch_and_acquire(i, v) __atomic_fetch_and(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_fetch_or_acquire(i, v) __atomic_fetch_or(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_fetch_xor_acquire(i, v) __atomic_fetch_xor(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_fetch_andnot_acquire(i, v) atomic_fetch_and_acquire(~(int)(i), v)
#define atomic_inc_return_acquire(v) atomic_add_return_acquire(1, v)
#define atomic_dec_return_acquire(v) atomic_sub_return_acquire(1, v)
#define atomic_fetch_inc_acquire(v) atomic_fetch_add_acquire(1, v)
#define atomic_fetch_dec_acquire(v) atomic_fetch_sub_acquire(1, v)
#define atomic_xchg_acquire(v, new) xchg_acquire(&__smplab_is(atomic_t, v)->counter, (int)(new))
#define atomic_cmpxchg_acquire(v, old, new) cmpxchg_acquire(&__smplab_is(atomic_t, v)->counter, old, new)
#define atomic_try_cmpxchg_acquire(v, old, new) try_cmpxchg_acquire(&__smplab_is(atomic_t, v)->counter, old, new)

#define atomic_add_return_release(i, v) __atomic_add_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_sub_return_release(i, v) __atomic_sub_fetch(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_fetch_add_release(i, v) __atomic_fetch_add(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_fetch_sub_release(i, v) __atomic_fetch_sub(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_fetch_and_release(i, v) __atomic_fetch_and(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_fetch_or_release(i, v) __atomic_fetch_or(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_fetch_xor_release(i, v) __atomic_fetch_xor(&__smplab_is(atomic_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_fetch_andnot_release(i, v) atomic_fetch_and_release(~(int)(i), v)
#define atomic_inc_return_release(v) atomic_add_return_release(1, v)
#define atomic_dec_return_release(v) atomic_sub_return_release(1, v)
#define atomic_fetch_inc_release(v) atomic_fetch_add_release(1, v)
#define atomic_fetch_dec_release(v) atomic_fetch_sub_release(1, v)
#define atomic_xchg_release(v, new) xchg_release(&__smplab_is(atomic_t, v)->counter, (int)(new))
#define atomic_cmpxchg_release(v, old, new) cmpxchg_release(&__smplab_is(atomic_t, v)->counter, old, new)
#define atomic_try_cmpxchg_release(v, old, new) try_cmpxchg_release(&__smplab_is(atomic_t, v)->counter, old, new)

#define atomic_sub_and_test(i, v) (atomic_sub_return(i, v) == 0)
#define atomic_dec_and_test(v) (atomic_dec_return(v) == 0)
#define atomic_inc_and_test(v) (atomic_inc_return(v) == 0)
#define atomic_add_negative(i, v) (atomic_add_return(i, v) < 0)
#define atomic_fetch_add_unless(v, a, u)                                                             \
	((int)__smplab_fetch_add_unless(&__smplab_is(atomic_t, v)->counter, sizeof((v)->counter), (int)(a), (int)(u)))
#define atomic_add_unless(v, a, u)                                                                   \
	({                                                                                        \
		int __smplab_unless = (u);                                                        \
		atomic_fetch_add_unless(v, a, __smplab_unless) != __smplab_unless;                   \
	})
#define atomic_inc_not_zero(v) atomic_add_unless(v, 1, 0)
#define atomic_dec_if_positive(v)                                                                    \
	((int)__smplab_fetch_add_unless_negative(&__smplab_is(atomic_t, v)->counter, sizeof((v)->counter), -1) - 1)

/* atomic64_t */
#define atomic64_read(v) (*(const volatile s64 *)&__smplab_is(atomic64_t, v)->counter)
#define atomic64_read_acquire(v) __atomic_load_n(&__smplab_is(atomic64_t, v)->counter, __ATOMIC_ACQUIRE)
#define atomic64_set(v, i) ((void)(*(volatile s64 *)&__smplab_is(atomic64_t, v)->counter = (i)))
#define atomic64_set_release(v, i) __atomic_store_n(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)

#define atomic64_add(i, v) ((void)__atomic_fetch_add(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic64_sub(i, v) ((void)__atomic_fetch_sub(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic64_and(i, v) ((void)__atomic_fetch_and(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic64_or(i, v) ((void)__atomic_fetch_or(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic64_xor(i, v) ((void)__atomic_fetch_xor(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic64_andnot(i, v) atomic64_and(~(s64)(i), v)
#define atomic64_inc(v) atomic64_add(1, v)
#define atomic64_dec(v) atomic64_sub(1, v)

#define atomic64_add_return(i, v) __atomic_add_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_sub_return(i, v) __atomic_sub_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_fetch_add(i, v) __atomic_fetch_add(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_fetch_sub(i, v) __atomic_fetch_sub(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_fetch_and(i, v) __atomic_fetch_and(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_fetch_or(i, v) __atomic_fetch_or(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_fetch_xor(i, v) __atomic_fetch_xor(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic64_fetch_andnot(i, v) atomic64_fetch_and(~(s64)(i), v)
#define atomic64_inc_return(v) atomic64_add_return(1, v)
#define atomic64_dec_return(v) atomic64_sub_return(1, v)
#define atomic64_fetch_inc(v) atomic64_fetch_add(1, v)
#define atomic64_fetch_dec(v) atomic64_fetch_sub(1, v)
#define atomic64_xchg(v, new) xchg(&__smplab_is(atomic64_t, v)->counter, (s64)(new))
#define atomic64_cmpxchg(v, old, new) cmpxchg(&__smplab_is(atomic64_t, v)->counter, old, new)
#define atomic64_try_cmpxchg(v, old, new) try_cmpxchg(&__smplab_is(atomic64_t, v)->counter, old, new)

#define atomic64_add_return_relaxed(i, v) __atomic_add_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_sub_return_relaxed(i, v) __atomic_sub_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_fetch_add_relaxed(i, v) __atomic_fetch_add(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_fetch_sub_relaxed(i, v) __atomic_fetch_sub(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_fetch_and_relaxed(i, v) __atomic_fetch_and(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_fetch_or_relaxed(i, v) __atomic_fetch_or(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_fetch_xor_relaxed(i, v) __atomic_fetch_xor(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic64_fetch_andnot_relaxed(i, v) atomic64_fetch_and_relaxed(~(s64)(i), v)
#define atomic64_inc_return_relaxed(v) atomic64_add_return_relaxed(1, v)
#define atomic64_dec_return_relaxed(v) atomic64_sub_return_relaxed(1, v)
#define atomic64_fetch_inc_relaxed(v) atomic64_fetch_add_relaxed(1, v)
#define atomic64_fetch_dec_relaxed(v) atomic64_fetch_sub_relaxed(1, v)
#define atomic64_xchg_relaxed(v, new) xchg_relaxed(&__smplab_is(atomic64_t, v)->counter, (s64)(new))
#define atomic64_cmpxchg_relaxed(v, old, new) cmpxchg_relaxed(&__smplab_is(atomic64_t, v)->counter, old, new)
#define atomic64_try_cmpxchg_relaxed(v, old, new) try_cmpxchg_relaxed(&__smplab_is(atomic64_t, v)->counter, old, new)

#define atomic64_add_return_acquire(i, v) __atomic_add_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_sub_return_acquire(i, v) __atomic_sub_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_fetch_add_acquire(i, v) __atomic_fetch_add(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_fetch_sub_acquire(i, v) __atomic_fetch_sub(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_fetch_and_acquire(i, v) __atomic_fetch_and(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_fetch_or_acquire(i, v) __atomic_fetch_or(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_fetch_xor_acquire(i, v) __atomic_fetch_xor(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic64_fetch_andnot_acquire(i, v) atomic64_fetch_and_acquire(~(s64)(i), v)
#define atomic64_inc_return_acquire(v) atomic64_add_return_acquire(1, v)
#define atomic64_dec_return_acquire(v) atomic64_sub_return_acquire(1, v)
#define atomic64_fetch_inc_acquire(v) atomic64_fetch_add_acquire(1, v)
#define atomic64_fetch_dec_acquire(v) atomic64_fetch_sub_acquire(1, v)
#define atomic64_xchg_acquire(v, new) xchg_acquire(&__smplab_is(atomic64_t, v)->counter, (s64)(new))
#define atomic64_cmpxchg_acquire(v, old, new) cmpxchg_acquire(&__smplab_is(atomic64_t, v)->counter, old, new)
#define atomic64_try_cmpxchg_acquire(v, old, new) try_cmpxchg_acquire(&__smplab_is(atomic64_t, v)->counter, old, new)

#define atomic64_add_return_release(i, v) __atomic_add_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_sub_return_release(i, v) __atomic_sub_fetch(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_fetch_add_release(i, v) __atomic_fetch_add(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_fetch_sub_release(i, v) __atomic_fetch_sub(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_fetch_and_release(i, v) __atomic_fetch_and(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_fetch_or_release(i, v) __atomic_fetch_or(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_fetch_xor_release(i, v) __atomic_fetch_xor(&__smplab_is(atomic64_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic64_fetch_andnot_release(i, v) atomic64_fetch_and_release(~(s64)(i), v)
#define atomic64_inc_return_release(v) atomic64_add_return_release(1, v)
#define atomic64_dec_return_release(v) atomic64_sub_return_release(1, v)
#define atomic64_fetch_inc_release(v) atomic64_fetch_add_release(1, v)
#define atomic64_fetch_dec_release(v) atomic64_fetch_sub_release(1, v)
#define atomic64_xchg_release(v, new) xchg_release(&__smplab_is(atomic64_t, v)->counter, (s64)(new))
#define atomic64_cmpxchg_release(v, old, new) cmpxchg_release(&__smplab_is(atomic64_t, v)->counter, old, new)
#define atomic64_try_cmpxchg_release(v, old, new) try_cmpxchg_release(&__smplab_is(atomic64_t, v)->counter, old, new)

#define atomic64_sub_and_test(i, v) (atomic64_sub_return(i, v) == 0)
#define atomic64_dec_and_test(v) (atomic64_dec_return(v) == 0)
#define atomic64_inc_and_test(v) (atomic64_inc_return(v) == 0)
#define atomic64_add_negative(i, v) (atomic64_add_return(i, v) < 0)
#define atomic64_fetch_add_unless(v, a, u)                                                             \
	((s64)__smplab_fetch_add_unless(&__smplab_is(atomic64_t, v)->counter, sizeof((v)->counter), (s64)(a), (s64)(u)))
#define atomic64_add_unless(v, a, u)                                                                   \
	({                                                                                        \
		s64 __smplab_unless = (u);                                                        \
		atomic64_fetch_add_unless(v, a, __smplab_unless) != __smplab_unless;                   \
	})
#define atomic64_inc_not_zero(v) atomic64_add_unless(v, 1, 0)
#define atomic64_dec_if_positive(v)                                                                    \
	((s64)__smplab_fetch_add_unless_negative(&__smplab_is(atomic64_t, v)->counter, sizeof((v)->counter), -1) - 1)

/* atomic_long_t */
#define atomic_long_read(v) (*(const volatile long *)&__smplab_is(atomic_long_t, v)->counter)
#define atomic_long_read_acquire(v) __atomic_load_n(&__smplab_is(atomic_long_t, v)->counter, __ATOMIC_ACQUIRE)
#define atomic_long_set(v, i) ((void)(*(volatile long *)&__smplab_is(atomic_long_t, v)->counter = (i)))
#define atomic_long_set_release(v, i) __atomic_store_n(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)

#define atomic_long_add(i, v) ((void)__atomic_fetch_add(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_long_sub(i, v) ((void)__atomic_fetch_sub(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_long_and(i, v) ((void)__atomic_fetch_and(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_long_or(i, v) ((void)__atomic_fetch_or(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_long_xor(i, v) ((void)__atomic_fetch_xor(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED))
#define atomic_long_andnot(i, v) atomic_long_and(~(long)(i), v)
#define atomic_long_inc(v) atomic_long_add(1, v)
#define atomic_long_dec(v) atomic_long_sub(1, v)

#define atomic_long_add_return(i, v) __atomic_add_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_sub_return(i, v) __atomic_sub_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_fetch_add(i, v) __atomic_fetch_add(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_fetch_sub(i, v) __atomic_fetch_sub(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_fetch_and(i, v) __atomic_fetch_and(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_fetch_or(i, v) __atomic_fetch_or(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_fetch_xor(i, v) __atomic_fetch_xor(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_SEQ_CST)
#define atomic_long_fetch_andnot(i, v) atomic_long_fetch_and(~(long)(i), v)
#define atomic_long_inc_return(v) atomic_long_add_return(1, v)
#define atomic_long_dec_return(v) atomic_long_sub_return(1, v)
#define atomic_long_fetch_inc(v) atomic_long_fetch_add(1, v)
#define atomic_long_fetch_dec(v) atomic_long_fetch_sub(1, v)
#define atomic_long_xchg(v, new) xchg(&__smplab_is(atomic_long_t, v)->counter, (long)(new))
#define atomic_long_cmpxchg(v, old, new) cmpxchg(&__smplab_is(atomic_long_t, v)->counter, old, new)
#define atomic_long_try_cmpxchg(v, old, new) try_cmpxchg(&__smplab_is(atomic_long_t, v)->counter, old, new)

#define atomic_long_add_return_relaxed(i, v) __atomic_add_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_sub_return_relaxed(i, v) __atomic_sub_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_fetch_add_relaxed(i, v) __atomic_fetch_add(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_fetch_sub_relaxed(i, v) __atomic_fetch_sub(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_fetch_and_relaxed(i, v) __atomic_fetch_and(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_fetch_or_relaxed(i, v) __atomic_fetch_or(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_fetch_xor_relaxed(i, v) __atomic_fetch_xor(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELAXED)
#define atomic_long_fetch_andnot_relaxed(i, v) atomic_long_fetch_and_relaxed(~(long)(i), v)
#define atomic_long_inc_return_relaxed(v) atomic_long_add_return_relaxed(1, v)
#define atomic_long_dec_return_relaxed(v) atomic_long_sub_return_relaxed(1, v)
#define atomic_long_fetch_inc_relaxed(v) atomic_long_fetch_add_relaxed(1, v)
#define atomic_long_fetch_dec_relaxed(v) atomic_long_fetch_sub_relaxed(1, v)
#define atomic_long_xchg_relaxed(v, new) xchg_relaxed(&__smplab_is(atomic_long_t, v)->counter, (long)(new))
#define atomic_long_cmpxchg_relaxed(v, old, new) cmpxchg_relaxed(&__smplab_is(atomic_long_t, v)->counter, old, new)
#define atomic_long_try_cmpxchg_relaxed(v, old, new) try_cmpxchg_relaxed(&__smplab_is(atomic_long_t, v)->counter, old, new)

#define atomic_long_add_return_acquire(i, v) __atomic_add_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_sub_return_acquire(i, v) __atomic_sub_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_fetch_add_acquire(i, v) __atomic_fetch_add(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_fetch_sub_acquire(i, v) __atomic_fetch_sub(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_fetch_and_acquire(i, v) __atomic_fetch_and(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_fetch_or_acquire(i, v) __atomic_fetch_or(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_fetch_xor_acquire(i, v) __atomic_fetch_xor(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_ACQUIRE)
#define atomic_long_fetch_andnot_acquire(i, v) atomic_long_fetch_and_acquire(~(long)(i), v)
#define atomic_long_inc_return_acquire(v) atomic_long_add_return_acquire(1, v)
#define atomic_long_dec_return_acquire(v) atomic_long_sub_return_acquire(1, v)
#define atomic_long_fetch_inc_acquire(v) atomic_long_fetch_add_acquire(1, v)
#define atomic_long_fetch_dec_acquire(v) atomic_long_fetch_sub_acquire(1, v)
#define atomic_long_xchg_acquire(v, new) xchg_acquire(&__smplab_is(atomic_long_t, v)->counter, (long)(new))
#define atomic_long_cmpxchg_acquire(v, old, new) cmpxchg_acquire(&__smplab_is(atomic_long_t, v)->counter, old, new)
#define atomic_long_try_cmpxchg_acquire(v, old, new) try_cmpxchg_acquire(&__smplab_is(atomic_long_t, v)->counter, old, new)

#define atomic_long_add_return_release(i, v) __atomic_add_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_sub_return_release(i, v) __atomic_sub_fetch(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_fetch_add_release(i, v) __atomic_fetch_add(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_fetch_sub_release(i, v) __atomic_fetch_sub(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_fetch_and_release(i, v) __atomic_fetch_and(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_fetch_or_release(i, v) __atomic_fetch_or(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_fetch_xor_release(i, v) __atomic_fetch_xor(&__smplab_is(atomic_long_t, v)->counter, (i), __ATOMIC_RELEASE)
#define atomic_long_fetch_andnot_release(i, v) atomic_long_fetch_and_release(~(long)(i), v)
#define atomic_long_inc_return_release(v) atomic_long_add_return_release(1, v)
#define atomic_long_dec_return_release(v) atomic_long_sub_return_release(1, v)
#define atomic_long_fetch_inc_release(v) atomic_long_fetch_add_release(1, v)
#define atomic_long_fetch_dec_release(v) atomic_long_fetch_sub_release(1, v)
#define atomic_long_xchg_release(v, new) xchg_release(&__smplab_is(atomic_long_t, v)->counter, (long)(new))
#define atomic_long_cmpxchg_release(v, old, new) cmpxchg_release(&__smplab_is(atomic_long_t, v)->counter, old, new)
#define atomic_long_try_cmpxchg_release(v, old, new) try_cmpxchg_release(&__smplab_is(atomic_long_t, v)->counter, old, new)

#define atomic_long_sub_and_test(i, v) (atomic_long_sub_return(i, v) == 0)
#define atomic_long_dec_and_test(v) (atomic_long_dec_return(v) == 0)
#define atomic_long_inc_and_test(v) (atomic_long_inc_return(v) == 0)
#define atomic_long_add_negative(i, v) (atomic_long_add_return(i, v) < 0)
#define atomic_long_fetch_add_unless(v, a, u)                                                             \
	((long)__smplab_fetch_add_unless(&__smplab_is(atomic_long_t, v)->counter, sizeof((v)->counter), (long)(a), (long)(u)))
#define atomic_long_add_unless(v, a, u)                                                                   \
	({                                                                                        \
		long __smplab_unless = (u);                                                        \
		atomic_long_fetch_add_unless(v, a, __smplab_unless) != __smplab_unless;                   \
	})
#define atomic_long_inc_not_zero(v) atomic_long_add_unless(v, 1, 0)
#define atomic_long_dec_if_positive(v)                                                                    \
	((long)__smplab_fetch_add_unless_negative(&__smplab_is(atomic_long_t, v)->counter, sizeof((v)->counter), -1) - 1)

#define atomic_clear_mask(mask, v) atomic_andnot(mask, v)
#define atomic_set_mask(mask, v) atomic_or(mask, v)
#define atomic_cond_read_relaxed(v, c) smp_cond_load_relaxed(&__smplab_is(atomic_t, v)->counter, (c))
#define atomic_cond_read_acquire(v, c) smp_cond_load_acquire(&__smplab_is(atomic_t, v)->counter, (c))

/* Takes the lock when the counter falls to zero, and then returns true. */
#define atomic_dec_and_lock(v, lock)                                                              \
	(atomic_add_unless(v, -1, 1) ? 0                                                          \
				     : ({                                                         \
					       spin_lock(lock);                                   \
					       int __smplab_zero = atomic_dec_and_test(v);        \
					       if (!__smplab_zero)                                \
						       spin_unlock(lock);                         \
					       __smplab_zero;                                     \
				       }))

#endif
