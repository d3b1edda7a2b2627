/* SPDX-License-Identifier: MIT */
/*
 * What kernel code expects of its compiler: annotations, likely(), barrier(), READ_ONCE().
 * https://docs.kernel.org/core-api/wrappers/memory-barriers.html ("COMPILER BARRIER", READ_ONCE, WRITE_ONCE)
 *
 * A volatile access is a "marked" one to the data race detector, every other one is plain.
 * Simpler: annotations for sparse (__user, __rcu, __percpu ...) are empty; nothing is ever torn, fused or invented.
 */
#ifndef _LINUX_COMPILER_H
#define _LINUX_COMPILER_H

#include <linux/kconfig.h>

/* sparse */
#define __user
#define __kernel
#define __iomem
#define __percpu
#define __rcu
#define __force
#define __nocast
#define __safe
#define __private
#define ACCESS_PRIVATE(p, member) ((p)->member)
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __cond_acquires(x)
#define __acquire(x) (void)0
#define __release(x) (void)0
#define __cond_lock(x, c) (c)
#define __chk_user_ptr(x) (void)0
#define __chk_io_ptr(x) (void)0

/* attributes */
#define __always_inline inline __attribute__((__always_inline__))
#define noinline __attribute__((__noinline__))
#define __noinline noinline
#define noinline_for_stack noinline
#define __must_check __attribute__((__warn_unused_result__))
#define __maybe_unused __attribute__((__unused__))
#define __always_unused __attribute__((__unused__))
#define __used __attribute__((__used__))
#define __packed __attribute__((__packed__))
#define __aligned(x) __attribute__((__aligned__(x)))
#define __section(s) __attribute__((__section__(s)))
#define __weak __attribute__((__weak__))
#define __pure __attribute__((__pure__))
#define __attribute_const__ __attribute__((__const__))
#define __noreturn __attribute__((__noreturn__))
#define __printf(a, b) __attribute__((__format__(printf, a, b)))
#define __scanf(a, b) __attribute__((__format__(scanf, a, b)))
#define __cold __attribute__((__cold__))
#define __hot
#define __malloc __attribute__((__malloc__))
#define __deprecated
#define __visible
#define __nonstring
#define __read_mostly
#define __ro_after_init
#define __refdata
#define __ref
#define __cleanup(func) __attribute__((__cleanup__(func)))
#define __flex_array(type, name) type name[]
#define __counted_by(member)
#define __alloc_size(...)
#define __assume_aligned(...)
#define __no_kcsan
#define __no_sanitize_address
#define __kasan_check_read(p, n) (void)0
#define __kasan_check_write(p, n) (void)0
#define notrace
#define asmlinkage
#define fallthrough __attribute__((__fallthrough__))
#define __designated_init
#define __latent_entropy
#define randomized_struct_fields_start
#define randomized_struct_fields_end
#define __randomize_layout

#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define __unqual_scalar_typeof(x) typeof(x)
#define __must_be_array(a) BUILD_BUG_ON_ZERO(__same_type((a), &(a)[0]))

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#define barrier() __asm__ __volatile__("" : : : "memory")
#define barrier_data(ptr) barrier()
#define unreachable() __builtin_unreachable()
#define OPTIMIZER_HIDE_VAR(var) (void)0
#define RELOC_HIDE(ptr, off) ((typeof(ptr))((unsigned long)(ptr) + (off)))
#define absolute_pointer(val) ((void *)(val))

#define ___PASTE(a, b) a##b
#define __PASTE(a, b) ___PASTE(a, b)
#define __UNIQUE_ID(prefix) __PASTE(__PASTE(__UNIQUE_ID_, prefix), __COUNTER__)

/* Marked accesses: one indivisible load or store for scalars of up to 8 bytes. */
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, val) ((void)(*(volatile typeof(x) *)&(x) = (val)))
#define __READ_ONCE(x) READ_ONCE(x)
#define __WRITE_ONCE(x, val) WRITE_ONCE(x, val)
#define READ_ONCE_NOCHECK(x) READ_ONCE(x)
/* Until 4.15 the one spelling for both. */
#define ACCESS_ONCE(x) (*(volatile typeof(x) *)&(x))

/* A plain access that nobody shall report: https://docs.kernel.org/dev-tools/kcsan.html */
#define data_race(expr) __builtin_smplab_data_race(expr)

#endif
