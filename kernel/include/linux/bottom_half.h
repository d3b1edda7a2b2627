/* SPDX-License-Identifier: MIT */
/* Softirqs off on the own CPU. https://docs.kernel.org/kernel-hacking/locking.html ("Locking Between User Context and Softirqs") */
#ifndef _LINUX_BOTTOM_HALF_H
#define _LINUX_BOTTOM_HALF_H

#include <linux/preempt.h>

void local_bh_disable(void);
void local_bh_enable(void);
#define _local_bh_enable() local_bh_enable()
#define local_bh_blocked() false

#endif
