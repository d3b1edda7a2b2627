/* SPDX-License-Identifier: MIT */
/*
 * Waiting for time to pass. https://docs.kernel.org/timers/delay_sleep_functions.html; object: kernel/objects/sched.ts.
 * Time is a choice of the scheduler: whatever others do may happen while somebody waits, however long that is. The
 * delays keep the CPU and its state; the sleeps give the CPU up and may not be used in atomic context.
 */
#ifndef _LINUX_DELAY_H
#define _LINUX_DELAY_H

#include <linux/math.h>
#include <linux/sched.h>
#include <asm/processor.h>

#define ndelay(nsecs) ((void)(nsecs), cpu_relax())
#define udelay(usecs) ((void)(usecs), cpu_relax())
#define mdelay(msecs) ((void)(msecs), cpu_relax())

void msleep(unsigned int msecs);
void usleep_range(unsigned long min, unsigned long max);
/* What is left of the time: nobody is signalled. */
#define msleep_interruptible(msecs) (msleep(msecs), 0UL)
#define usleep_idle_range(min, max) usleep_range(min, max)
#define usleep_range_state(min, max, state) usleep_range(min, max)
#define ssleep(seconds) msleep((seconds) * 1000)
#define fsleep(usecs) usleep_range(usecs, 2 * (usecs))

#endif
