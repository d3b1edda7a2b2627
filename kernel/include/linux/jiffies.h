/* SPDX-License-Identifier: MIT */
/*
 * Time in ticks. https://docs.kernel.org/timers/timers-howto.html
 * Simpler: time stands still, because a clock in the state would make every state new: jiffies is a constant.
 */
#ifndef _LINUX_JIFFIES_H
#define _LINUX_JIFFIES_H

#include <linux/limits.h>
#include <linux/types.h>

#define HZ CONFIG_HZ
#define INITIAL_JIFFIES ((unsigned long)(unsigned int)(-300 * HZ))
#define jiffies INITIAL_JIFFIES
#define jiffies_64 ((u64)jiffies)
#define get_jiffies_64() jiffies_64
#define MAX_JIFFY_OFFSET ((LONG_MAX >> 1) - 1)
#define time_after(a, b) ((long)((b) - (a)) < 0)
#define time_before(a, b) time_after(b, a)
#define time_after_eq(a, b) ((long)((a) - (b)) >= 0)
#define time_before_eq(a, b) time_after_eq(b, a)
#define time_in_range(a, b, c) (time_after_eq(a, b) && time_before_eq(a, c))
#define msecs_to_jiffies(m) ((unsigned long)(m) * HZ / 1000)
#define usecs_to_jiffies(u) ((unsigned long)(u) * HZ / 1000000)
#define jiffies_to_msecs(j) ((unsigned int)((j) * 1000 / HZ))
#define jiffies_to_usecs(j) ((unsigned int)((j) * 1000000 / HZ))

#endif
