// SPDX-License-Identifier: GPL-2.0-only
/*
 * reader_preempted.c on a kernel that does not preempt: a process gives the CPU up only where it
 * sleeps or asks whether it should, so nobody comes in the middle of an RCU read-side section. A
 * grace period still has to wait for those that are inside on other CPUs, of which there are none.
 *
 * smplab: cpus=1 preempt=none rcu=sched
 * forall (child=0)
 */
#include "memcg/reader_preempted.c"
