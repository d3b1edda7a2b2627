/* SPDX-License-Identifier: MIT */
/* xchg() and cmpxchg(): full barriers when they succeed. https://docs.kernel.org/core-api/wrappers/atomic_t.html */
#ifndef _LINUX_CMPXCHG_H
#define _LINUX_CMPXCHG_H

#include <linux/types.h>

#define xchg(ptr, v) __atomic_exchange_n(ptr, v, __ATOMIC_SEQ_CST)
#define xchg_relaxed(ptr, v) __atomic_exchange_n(ptr, v, __ATOMIC_RELAXED)
#define xchg_acquire(ptr, v) __atomic_exchange_n(ptr, v, __ATOMIC_ACQUIRE)
#define xchg_release(ptr, v) __atomic_exchange_n(ptr, v, __ATOMIC_RELEASE)
#define cmpxchg(ptr, old, new)                                                                    \
	({ __sync_val_compare_and_swap(ptr, (typeof(*(ptr)))(old), (typeof(*(ptr)))(new)); })
#define cmpxchg_relaxed(ptr, old, new) cmpxchg(ptr, old, new)
#define cmpxchg_acquire(ptr, old, new) cmpxchg(ptr, old, new)
#define cmpxchg_release(ptr, old, new) cmpxchg(ptr, old, new)
#define cmpxchg64(ptr, old, new) cmpxchg(ptr, old, new)
#define cmpxchg_local(ptr, old, new) cmpxchg(ptr, old, new)
/* *oldp is written only when it fails. */
#define try_cmpxchg(ptr, oldp, new)                                                               \
	__atomic_compare_exchange_n(ptr, oldp, new, 0, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)
#define try_cmpxchg_relaxed(ptr, oldp, new)                                                       \
	__atomic_compare_exchange_n(ptr, oldp, new, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
#define try_cmpxchg_acquire(ptr, oldp, new)                                                       \
	__atomic_compare_exchange_n(ptr, oldp, new, 0, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)
#define try_cmpxchg_release(ptr, oldp, new)                                                       \
	__atomic_compare_exchange_n(ptr, oldp, new, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)
#define try_cmpxchg64(ptr, oldp, new) try_cmpxchg(ptr, oldp, new)

#endif
