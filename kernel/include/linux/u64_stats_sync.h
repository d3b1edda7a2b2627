/* SPDX-License-Identifier: MIT */
/*
 * 64-bit statistics of one writer. On 64-bit machines, as this one, a value is read and written in one piece, and the
 * counter of 32-bit machines is not there: https://docs.kernel.org/locking/seqlock.html
 */
#ifndef _LINUX_U64_STATS_SYNC_H
#define _LINUX_U64_STATS_SYNC_H

#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/types.h>

struct u64_stats_sync {
};

typedef struct {
	u64 v;
} u64_stats_t;

#define u64_stats_read(p) READ_ONCE((p)->v)
#define u64_stats_set(p, val) WRITE_ONCE((p)->v, val)
#define u64_stats_add(p, val) WRITE_ONCE((p)->v, (p)->v + (u64)(val))
#define u64_stats_inc(p) u64_stats_add(p, 1)
#define u64_stats_init(syncp) ((void)(syncp))
#define u64_stats_update_begin(syncp) ((void)(syncp))
#define u64_stats_update_end(syncp) ((void)(syncp))
#define u64_stats_update_begin_irqsave(syncp) ({ unsigned long __smplab_flags; (void)(syncp); local_irq_save(__smplab_flags); __smplab_flags; })
#define u64_stats_update_end_irqrestore(syncp, flags) ((void)(syncp), local_irq_restore(flags))
#define u64_stats_fetch_begin(syncp) ((void)(syncp), 0u)
#define u64_stats_fetch_retry(syncp, start) ((void)(syncp), (void)(start), false)

#endif
