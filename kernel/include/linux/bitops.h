/* SPDX-License-Identifier: MIT */
/*
 * Bits in arrays of unsigned long. https://docs.kernel.org/core-api/wrappers/atomic_bitops.html
 * set_bit() & co. are one indivisible step each; those that return a value are full barriers. The __ variants are a
 * plain load and a plain store.
 */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/types.h>

#define __smplab_bit_word(nr, addr) (((unsigned long *)(addr))[(nr) / BITS_PER_LONG])
#define __smplab_bit_rmw(fn, nr, addr, mask, order)                                               \
	({                                                                                        \
		unsigned long __smplab_nr = (nr);                                                        \
		unsigned long __smplab_mask = BIT_MASK(__smplab_nr);                                            \
		fn(&__smplab_bit_word(__smplab_nr, addr), mask, order);                                  \
	})

#define __smplab_bit_test(fn, nr, addr, mask, order)                                              \
	({                                                                                        \
		unsigned long __smplab_nr = (nr);                                                        \
		unsigned long __smplab_mask = BIT_MASK(__smplab_nr);                                            \
		(int)!!(fn(&__smplab_bit_word(__smplab_nr, addr), mask, order) & __smplab_mask);                \
	})

#define set_bit(nr, addr) ((void)__smplab_bit_rmw(__atomic_fetch_or, nr, addr, __smplab_mask, __ATOMIC_RELAXED))
#define clear_bit(nr, addr) ((void)__smplab_bit_rmw(__atomic_fetch_and, nr, addr, ~__smplab_mask, __ATOMIC_RELAXED))
#define change_bit(nr, addr) ((void)__smplab_bit_rmw(__atomic_fetch_xor, nr, addr, __smplab_mask, __ATOMIC_RELAXED))
#define clear_bit_unlock(nr, addr)                                                                \
	((void)__smplab_bit_rmw(__atomic_fetch_and, nr, addr, ~__smplab_mask, __ATOMIC_RELEASE))
#define __clear_bit_unlock(nr, addr) clear_bit_unlock(nr, addr)
#define test_and_set_bit(nr, addr)                                                                \
	__smplab_bit_test(__atomic_fetch_or, nr, addr, __smplab_mask, __ATOMIC_SEQ_CST)
#define test_and_clear_bit(nr, addr)                                                              \
	__smplab_bit_test(__atomic_fetch_and, nr, addr, ~__smplab_mask, __ATOMIC_SEQ_CST)
#define test_and_change_bit(nr, addr)                                                             \
	__smplab_bit_test(__atomic_fetch_xor, nr, addr, __smplab_mask, __ATOMIC_SEQ_CST)
#define test_and_set_bit_lock(nr, addr)                                                           \
	__smplab_bit_test(__atomic_fetch_or, nr, addr, __smplab_mask, __ATOMIC_ACQUIRE)

/* A marked read, as the kernel's volatile pointer makes it. */
#define test_bit(nr, addr)                                                                        \
	({                                                                                        \
		unsigned long __smplab_nr = (nr);                                                        \
		(int)(1UL & (*(const volatile unsigned long *)&__smplab_bit_word(__smplab_nr, addr) >>   \
			     (__smplab_nr % BITS_PER_LONG)));                                            \
	})
#define test_bit_acquire(nr, addr)                                                                \
	({                                                                                        \
		unsigned long __smplab_nr = (nr);                                                        \
		(int)(1UL & (__atomic_load_n(&__smplab_bit_word(__smplab_nr, addr), __ATOMIC_ACQUIRE) >> \
			     (__smplab_nr % BITS_PER_LONG)));                                            \
	})

static inline void __set_bit(unsigned long nr, volatile unsigned long *addr)
{
	__smplab_bit_word(nr, addr) |= BIT_MASK(nr);
}

static inline void __clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	__smplab_bit_word(nr, addr) &= ~BIT_MASK(nr);
}

static inline void __change_bit(unsigned long nr, volatile unsigned long *addr)
{
	__smplab_bit_word(nr, addr) ^= BIT_MASK(nr);
}

static inline int __test_and_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long old = __smplab_bit_word(nr, addr);

	__smplab_bit_word(nr, addr) = old | BIT_MASK(nr);
	return !!(old & BIT_MASK(nr));
}

static inline int __test_and_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	unsigned long old = __smplab_bit_word(nr, addr);

	__smplab_bit_word(nr, addr) = old & ~BIT_MASK(nr);
	return !!(old & BIT_MASK(nr));
}

#define assign_bit(nr, addr, value) ((value) ? set_bit((nr), (addr)) : clear_bit((nr), (addr)))
#define __assign_bit(nr, addr, value) ((value) ? __set_bit((nr), (addr)) : __clear_bit((nr), (addr)))

#define ffs(x) __builtin_ffs(x)
#define __ffs(x) ((unsigned long)__builtin_ctzl(x))
#define ffz(x) __ffs(~(x))
#define __ffs64(x) ((unsigned long)__builtin_ctzll(x))
#define __fls(x) ((unsigned long)(63 - __builtin_clzl(x)))
#define fls(x) ({ unsigned int __fls_x = (x); __fls_x ? 32 - __builtin_clz(__fls_x) : 0; })
#define fls64(x) ({ u64 __fls_x = (x); __fls_x ? 64 - __builtin_clzll(__fls_x) : 0; })
#define fls_long(x) fls64(x)
#define hweight8(w) ((unsigned int)__builtin_popcount((u8)(w)))
#define hweight16(w) ((unsigned int)__builtin_popcount((u16)(w)))
#define hweight32(w) ((unsigned int)__builtin_popcount((u32)(w)))
#define hweight64(w) ((unsigned long)__builtin_popcountll((u64)(w)))
#define hweight_long(w) ((unsigned long)__builtin_popcountl((unsigned long)(w)))

static inline u32 rol32(u32 word, unsigned int shift)
{
	return (word << (shift & 31)) | (word >> ((-shift) & 31));
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << ((-shift) & 31));
}

static inline u64 rol64(u64 word, unsigned int shift)
{
	return (word << (shift & 63)) | (word >> ((-shift) & 63));
}

#include <linux/find.h>

#endif
