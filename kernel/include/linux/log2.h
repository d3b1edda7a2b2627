/* SPDX-License-Identifier: MIT */
/* Powers of two. */
#ifndef _LINUX_LOG2_H
#define _LINUX_LOG2_H

#include <linux/types.h>

#define ilog2(n) (63 - __builtin_clzl((unsigned long)(n)))
#define is_power_of_2(n) ({ unsigned long __n = (n); __n != 0 && (__n & (__n - 1)) == 0; })
#define order_base_2(n) ({ unsigned long __o = (n); __o > 1 ? ilog2(__o - 1) + 1 : 0; })

static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n <= 1 ? 1 : 1UL << (64 - __builtin_clzl(n - 1));
}

static inline unsigned long rounddown_pow_of_two(unsigned long n)
{
	return 1UL << (63 - __builtin_clzl(n));
}

#endif
