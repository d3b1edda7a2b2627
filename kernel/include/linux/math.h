/* SPDX-License-Identifier: MIT */
/* Rounding and integer arithmetic. https://docs.kernel.org/core-api/kernel-api.html */
#ifndef _LINUX_MATH_H
#define _LINUX_MATH_H

#include <linux/types.h>

#define __round_mask(x, y) ((__typeof__(x))((y) - 1))
/* y is a power of two */
#define round_up(x, y) ((((x) - 1) | __round_mask(x, y)) + 1)
#define round_down(x, y) ((x) & ~__round_mask(x, y))

#define __KERNEL_DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define DIV_ROUND_UP(n, d) __KERNEL_DIV_ROUND_UP(n, d)
#define DIV_ROUND_UP_ULL(n, d) DIV_ROUND_UP((unsigned long long)(n), d)
#define DIV_ROUND_DOWN_ULL(n, d) ((unsigned long long)(n) / (d))

#define roundup(x, y) ({ const typeof(y) __y = (y); (((x) + (__y - 1)) / __y) * __y; })
#define rounddown(x, y) ({ typeof(x) __x = (x); __x - (__x % (y)); })

#define DIV_ROUND_CLOSEST(x, divisor)                                                             \
	({                                                                                        \
		typeof(x) __x = (x);                                                              \
		typeof(divisor) __d = (divisor);                                                  \
		(((typeof(x))-1) > 0 || ((typeof(divisor))-1) > 0 || ((__x > 0) == (__d > 0)))    \
			? ((__x + (__d / 2)) / __d)                                               \
			: ((__x - (__d / 2)) / __d);                                              \
	})

#define mult_frac(x, numer, denom)                                                                \
	({                                                                                        \
		typeof(x) __quot = (x) / (denom);                                                 \
		typeof(x) __rem = (x) % (denom);                                                  \
		(__quot * (numer)) + ((__rem * (numer)) / (denom));                               \
	})

#define abs(x) ({ typeof(x) __a = (x); __a < 0 ? -__a : __a; })
#define abs_diff(a, b) ({ typeof(a) __a = (a); typeof(b) __b = (b); __a > __b ? __a - __b : __b - __a; })
#define sector_div(n, base) do_div(n, base)
/* n becomes the quotient; the value is the remainder. */
#define do_div(n, base)                                                                           \
	({                                                                                        \
		u32 __base = (base);                                                              \
		u32 __rem = (u64)(n) % __base;                                                    \
		(n) = (u64)(n) / __base;                                                          \
		__rem;                                                                            \
	})

static inline u64 div_u64(u64 dividend, u32 divisor)
{
	return dividend / divisor;
}

static inline s64 div_s64(s64 dividend, s32 divisor)
{
	return dividend / divisor;
}

static inline u64 div64_u64(u64 dividend, u64 divisor)
{
	return dividend / divisor;
}

static inline unsigned long int_sqrt(unsigned long x)
{
	unsigned long root = 0, bit = 1UL << 62;

	while (bit > x)
		bit >>= 2;
	while (bit) {
		if (x >= root + bit) {
			x -= root + bit;
			root = (root >> 1) + bit;
		} else {
			root >>= 1;
		}
		bit >>= 2;
	}
	return root;
}

#endif
