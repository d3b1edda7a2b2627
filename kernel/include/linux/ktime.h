/* SPDX-License-Identifier: MIT */
/*
 * Time in nanoseconds. https://docs.kernel.org/core-api/timekeeping.html
 * Simpler: time stands still, because a clock in the state would make every state new.
 */
#ifndef _LINUX_KTIME_H
#define _LINUX_KTIME_H

#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/types.h>

#ifndef NSEC_PER_SEC
#define MSEC_PER_SEC 1000L
#define USEC_PER_MSEC 1000L
#define USEC_PER_SEC 1000000L
#define NSEC_PER_USEC 1000L
#define NSEC_PER_MSEC 1000000L
#define NSEC_PER_SEC 1000000000L
#endif

typedef s64 ktime_t;

#define KTIME_MAX ((s64)~((u64)1 << 63))
#define KTIME_MIN (-KTIME_MAX - 1)
#define ktime_set(secs, nsecs) ((ktime_t)(secs) * NSEC_PER_SEC + (ktime_t)(nsecs))
#define ktime_get() ((ktime_t)0)
#define ktime_get_real() ktime_get()
#define ktime_get_boottime() ktime_get()
#define ktime_get_raw() ktime_get()
#define ktime_get_ns() ((u64)ktime_get())
#define ktime_get_mono_fast_ns() ktime_get_ns()
#define ktime_get_real_seconds() ((time64_t)0)
#define ktime_get_seconds() ((time64_t)0)
#define local_clock() ktime_get_ns()
#define sched_clock() ktime_get_ns()
#define ktime_add(a, b) ((a) + (b))
#define ktime_sub(a, b) ((a) - (b))
#define ktime_add_ns(kt, ns) ((kt) + (ns))
#define ktime_sub_ns(kt, ns) ((kt) - (ns))
#define ktime_add_us(kt, us) ((kt) + (us) * NSEC_PER_USEC)
#define ktime_add_ms(kt, ms) ((kt) + (ms) * NSEC_PER_MSEC)
#define ktime_to_ns(kt) (kt)
#define ktime_to_us(kt) ((kt) / NSEC_PER_USEC)
#define ktime_to_ms(kt) ((kt) / NSEC_PER_MSEC)
#define ktime_us_delta(later, earlier) ktime_to_us((later) - (earlier))
#define ktime_ms_delta(later, earlier) ktime_to_ms((later) - (earlier))
#define ns_to_ktime(ns) ((ktime_t)(ns))
#define us_to_ktime(us) ((ktime_t)(us) * NSEC_PER_USEC)
#define ms_to_ktime(ms) ((ktime_t)(ms) * NSEC_PER_MSEC)
#define ktime_compare(a, b) ((a) < (b) ? -1 : (a) > (b))
#define ktime_after(a, b) ((a) > (b))
#define ktime_before(a, b) ((a) < (b))

#endif
