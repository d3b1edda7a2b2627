/* SPDX-License-Identifier: MIT */
/*
 * RCU whose readers may sleep, each domain for itself. https://docs.kernel.org/RCU/whatisRCU.html ("SRCU")
 * Object: kernel/objects/srcu.ts, which counts each context's readers in the structure.
 * Simpler: a section ends in the context in which it began.
 */
#ifndef _LINUX_SRCU_H
#define _LINUX_SRCU_H

#include <linux/rcupdate.h>
#include <linux/types.h>

struct srcu_struct {
	unsigned char nesting[32];
};

#define __SRCU_STRUCT_INIT(name) { .nesting = { 0 } }
#define DEFINE_SRCU(name) struct srcu_struct name = __SRCU_STRUCT_INIT(name)
#define DEFINE_STATIC_SRCU(name) static struct srcu_struct name = __SRCU_STRUCT_INIT(name)

static inline int init_srcu_struct(struct srcu_struct *ssp)
{
	*ssp = (struct srcu_struct)__SRCU_STRUCT_INIT(ssp);
	return 0;
}

static inline void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	for (unsigned int i = 0; i < sizeof(ssp->nesting); i++)
		if (WARN_ON(READ_ONCE(ssp->nesting[i])))
			return;
}

int srcu_read_lock(struct srcu_struct *ssp);
void srcu_read_unlock(struct srcu_struct *ssp, int idx);
int srcu_read_lock_held(const struct srcu_struct *ssp);
void synchronize_srcu(struct srcu_struct *ssp);

#define synchronize_srcu_expedited(ssp) synchronize_srcu(ssp)
#define srcu_read_lock_notrace(ssp) srcu_read_lock(ssp)
#define srcu_read_unlock_notrace(ssp, idx) srcu_read_unlock(ssp, idx)
#define srcu_read_lock_nmisafe(ssp) srcu_read_lock(ssp)
#define srcu_read_unlock_nmisafe(ssp, idx) srcu_read_unlock(ssp, idx)
#define smp_mb__after_srcu_read_unlock() smp_mb()
#define srcu_dereference_check(p, ssp, c)                                                         \
	__smplab_rcu_dereference(p, (c) || srcu_read_lock_held(ssp),                              \
				 "suspicious srcu_dereference_check() usage!")
#define srcu_dereference(p, ssp) srcu_dereference_check(p, ssp, 0)

#endif
