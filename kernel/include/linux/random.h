/* SPDX-License-Identifier: MIT */
/*
 * Random numbers. https://docs.kernel.org/core-api/kernel-api.html
 * Simpler: the same number each time, as a run must be the same when it is run again. What code does with other numbers
 * is not looked at; a scenario that cares passes them in.
 */
#ifndef _LINUX_RANDOM_H
#define _LINUX_RANDOM_H

#include <linux/types.h>
#include <linux/string.h>

#define __SMPLAB_RANDOM 0x2545f4914f6cdd1dULL

#define get_random_u8() ((u8)__SMPLAB_RANDOM)
#define get_random_u16() ((u16)__SMPLAB_RANDOM)
#define get_random_u32() ((u32)__SMPLAB_RANDOM)
#define get_random_u64() ((u64)__SMPLAB_RANDOM)
#define get_random_int() ((unsigned int)get_random_u32())
#define get_random_long() ((unsigned long)get_random_u64())
#define prandom_u32() get_random_u32()
/* From 0 to below the ceiling. */
#define get_random_u32_below(ceil) ((u32)(get_random_u32() % (u32)(ceil)))
#define prandom_u32_max(ceil) get_random_u32_below(ceil)
#define get_random_u32_above(floor) ((u32)(floor) + 1 + get_random_u32_below(U32_MAX - (u32)(floor)))
#define get_random_u32_inclusive(floor, ceil) ((u32)(floor) + get_random_u32_below((u32)(ceil) - (u32)(floor) + 1))
#define get_random_bytes(buf, len) ((void)memset(buf, (int)(u8)__SMPLAB_RANDOM, len))
#define get_random_bytes_wait(buf, len) (get_random_bytes(buf, len), 0)
#define wait_for_random_bytes() 0
#define add_device_randomness(buf, len) do { } while (0)

#endif
