/* SPDX-License-Identifier: MIT */
/*
 * Memory barriers. https://docs.kernel.org/core-api/wrappers/memory-barriers.html
 * Every barrier is a fence of the machine: counted as a cost; under sequential consistency it orders nothing more.
 */
#ifndef _ASM_BARRIER_H
#define _ASM_BARRIER_H

#include <linux/compiler.h>

#define smp_mb() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)
#define mb() smp_mb()
#define rmb() smp_rmb()
#define wmb() smp_wmb()
#define dma_rmb() smp_rmb()
#define dma_wmb() smp_wmb()
#define smp_read_barrier_depends() do { } while (0)
#define read_barrier_depends() do { } while (0)
#define smp_mb__before_atomic() smp_mb()
#define smp_mb__after_atomic() smp_mb()
#define smp_mb__after_spinlock() smp_mb()
#define smp_mb__after_unlock_lock() smp_mb()
#define smp_mb__before_clear_bit() smp_mb()
#define smp_mb__after_clear_bit() smp_mb()
#define smp_mb__before_atomic_inc() smp_mb()
#define smp_mb__after_atomic_inc() smp_mb()
#define smp_mb__before_atomic_dec() smp_mb()
#define smp_mb__after_atomic_dec() smp_mb()
#define smp_acquire__after_ctrl_dep() smp_rmb()
#define smp_store_mb(var, value) do { WRITE_ONCE(var, value); smp_mb(); } while (0)
#define set_mb(var, value) smp_store_mb(var, value)

#define smp_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* VAL is the value just read, as in the kernel. */
#define smp_cond_load_relaxed(ptr, cond_expr)                                                     \
	({                                                                                        \
		typeof(*(ptr)) VAL;                                                               \
		for (;;) {                                                                        \
			VAL = READ_ONCE(*(ptr));                                                  \
			if (cond_expr)                                                            \
				break;                                                            \
			cpu_relax();                                                              \
		}                                                                                 \
		VAL;                                                                              \
	})
#define smp_cond_load_acquire(ptr, cond_expr)                                                     \
	({                                                                                        \
		typeof(*(ptr)) _val = smp_cond_load_relaxed(ptr, cond_expr);                      \
		smp_acquire__after_ctrl_dep();                                                    \
		_val;                                                                             \
	})

#include <asm/processor.h>

#endif
