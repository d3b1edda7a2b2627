/* SPDX-License-Identifier: MIT */
/* Searching bitmaps. https://docs.kernel.org/core-api/kernel-api.html ("Bitmap Operations") */
#ifndef _LINUX_FIND_H
#define _LINUX_FIND_H

#include <linux/bits.h>
#include <linux/types.h>

/* First position from `start` whose bit is `want`, or `size`. */
static inline unsigned long __smplab_find_bit(const unsigned long *addr, unsigned long size,
					      unsigned long start, int want)
{
	while (start < size) {
		unsigned long word = addr[start / BITS_PER_LONG];

		if (!want)
			word = ~word;
		word >>= start % BITS_PER_LONG;
		if (word) {
			start += __builtin_ctzl(word);
			return start < size ? start : size;
		}
		start = (start / BITS_PER_LONG + 1) * BITS_PER_LONG;
	}
	return size;
}

#define find_first_bit(addr, size) __smplab_find_bit(addr, size, 0, 1)
#define find_first_zero_bit(addr, size) __smplab_find_bit(addr, size, 0, 0)
#define find_next_bit(addr, size, offset) __smplab_find_bit(addr, size, offset, 1)
#define find_next_zero_bit(addr, size, offset) __smplab_find_bit(addr, size, offset, 0)

#define for_each_set_bit(bit, addr, size)                                                         \
	for ((bit) = find_first_bit((addr), (size)); (bit) < (size);                              \
	     (bit) = find_next_bit((addr), (size), (bit) + 1))
#define for_each_clear_bit(bit, addr, size)                                                       \
	for ((bit) = find_first_zero_bit((addr), (size)); (bit) < (size);                         \
	     (bit) = find_next_zero_bit((addr), (size), (bit) + 1))

#endif
