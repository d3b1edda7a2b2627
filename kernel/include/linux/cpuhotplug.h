/* SPDX-License-Identifier: MIT */
/*
 * The states of a CPU that comes or goes. https://docs.kernel.org/core-api/cpu_hotplug.html
 * States below CPUHP_AP_ONLINE are prepared before the CPU is online and torn down after it is offline; those above
 * the other way round. Callbacks come in the order of their states, in reverse on the way down.
 */
#ifndef _LINUX_CPUHOTPLUG_H
#define _LINUX_CPUHOTPLUG_H

#include <linux/kernel.h>
#include <linux/errno.h>

#define CPUHP_BP_PREPARE_DYN 20
#define CPUHP_BP_PREPARE_DYN_END 40
#define CPUHP_AP_ONLINE 100
#define CPUHP_AP_ONLINE_DYN 120
#define CPUHP_AP_ONLINE_DYN_END 140
#define CPUHP_ONLINE 200
#define __SMPLAB_CPUHP_STATES 8

static struct {
	int state;
	int (*startup)(unsigned int cpu);
	int (*teardown)(unsigned int cpu);
} __smplab_cpuhp[__SMPLAB_CPUHP_STATES] __maybe_unused;

/* The state (a free one for the two DYN ranges), or -ENOSPC. Kept in ascending order. */
static inline int __smplab_cpuhp_add(int state, int (*startup)(unsigned int), int (*teardown)(unsigned int))
{
	int i, n = 0;

	while (n < __SMPLAB_CPUHP_STATES && __smplab_cpuhp[n].state)
		n++;
	if (n == __SMPLAB_CPUHP_STATES)
		return -ENOSPC;
	for (i = 0; i < n; i++)
		if (__smplab_cpuhp[i].state == state)
			state++;
	for (i = n; i > 0 && __smplab_cpuhp[i - 1].state > state; i--)
		__smplab_cpuhp[i] = __smplab_cpuhp[i - 1];
	__smplab_cpuhp[i].state = state;
	__smplab_cpuhp[i].startup = startup;
	__smplab_cpuhp[i].teardown = teardown;
	return state;
}

static inline void __smplab_cpuhp_remove(int state)
{
	int i;

	for (i = 0; i < __SMPLAB_CPUHP_STATES; i++)
		if (__smplab_cpuhp[i].state == state)
			__smplab_cpuhp[i].startup = __smplab_cpuhp[i].teardown = NULL;
}

static inline int __smplab_cpuhp_down(unsigned int cpu, int online)
{
	int i, err = 0;

	for (i = __SMPLAB_CPUHP_STATES - 1; i >= 0 && !err; i--)
		if (__smplab_cpuhp[i].teardown && (__smplab_cpuhp[i].state > CPUHP_AP_ONLINE) == online)
			err = __smplab_cpuhp[i].teardown(cpu);
	return err;
}

static inline int __smplab_cpuhp_up(unsigned int cpu, int online)
{
	int i, err = 0;

	for (i = 0; i < __SMPLAB_CPUHP_STATES && !err; i++)
		if (__smplab_cpuhp[i].startup && (__smplab_cpuhp[i].state > CPUHP_AP_ONLINE) == online)
			err = __smplab_cpuhp[i].startup(cpu);
	return err;
}

#endif
