/* SPDX-License-Identifier: MIT */
/* min(), max(), clamp(), swap(): each argument is evaluated once. */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

/* Simpler: arguments of different types are compared after the usual conversions, without a warning. */
#define __smplab_pick(x, y, op)                                                                   \
	({                                                                                        \
		typeof(x) __x = (x);                                                              \
		typeof(y) __y = (y);                                                              \
		__x op __y ? __x : __y;                                                           \
	})
#define min(x, y) __smplab_pick(x, y, <)
#define max(x, y) __smplab_pick(x, y, >)
#define min3(x, y, z) min((typeof(x))min(x, y), z)
#define max3(x, y, z) max((typeof(x))max(x, y), z)
#define min_t(type, x, y) ({ type __x = (x); type __y = (y); __x < __y ? __x : __y; })
#define max_t(type, x, y) ({ type __x = (x); type __y = (y); __x > __y ? __x : __y; })
#define min_not_zero(x, y)                                                                        \
	({                                                                                        \
		typeof(x) __x = (x);                                                              \
		typeof(y) __y = (y);                                                              \
		__x == 0 ? __y : (__y == 0 ? __x : (__x < __y ? __x : __y));                      \
	})
#define clamp(val, lo, hi) min((typeof(val))max(val, lo), hi)
#define clamp_t(type, val, lo, hi) min_t(type, max_t(type, val, lo), hi)
#define clamp_val(val, lo, hi) clamp_t(typeof(val), val, lo, hi)
#define in_range(val, start, len) ((val) - (start) < (len))

#define swap(a, b)                                                                                \
	do {                                                                                      \
		typeof(a) __tmp = (a);                                                            \
		(a) = (b);                                                                        \
		(b) = __tmp;                                                                      \
	} while (0)

#endif
