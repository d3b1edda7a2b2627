/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_OOM_H
#define _LINUX_OOM_H

#include <linux/gfp.h>

struct mem_cgroup;

/* Kills a process of the group, so that its memory comes free. */
void mem_cgroup_out_of_memory(struct mem_cgroup *mem, gfp_t gfp_mask);

#endif /* _LINUX_OOM_H */
