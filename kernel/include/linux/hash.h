/* SPDX-License-Identifier: MIT */
/* Hashing of numbers by multiplication. https://docs.kernel.org/core-api/kernel-api.html */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

#include <linux/types.h>

/* 2^32 and 2^64 divided by the golden ratio, as negative numbers. */
#define GOLDEN_RATIO_32 0x61C88647
#define GOLDEN_RATIO_64 0x61C8864680B583EBull

static inline u32 hash_32(u32 val, unsigned int bits)
{
	return val * GOLDEN_RATIO_32 >> (32 - bits);
}

static inline u32 hash_64(u64 val, unsigned int bits)
{
	return (u32)(val * GOLDEN_RATIO_64 >> (64 - bits));
}

#define hash_long(val, bits) hash_64(val, bits)
#define hash_ptr(ptr, bits) hash_64((unsigned long)(ptr), bits)
#define hash32_ptr(ptr) ((u32)(unsigned long)(ptr))

#endif
