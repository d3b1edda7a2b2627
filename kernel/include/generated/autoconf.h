/* SPDX-License-Identifier: MIT */
/*
 * The configuration of the emulated kernel, as far as C code can ask for it. Preemption model, RCU flavour and
 * number of CPUs in use belong to the run and are not here: code that tests CONFIG_PREEMPT is compiled for the
 * model in which preempt_disable() counts (PREEMPT_COUNT), whichever model the run chooses.
 */
#ifndef _GENERATED_AUTOCONF_H
#define _GENERATED_AUTOCONF_H

#define CONFIG_64BIT 1
#define CONFIG_SMP 1
#define CONFIG_NR_CPUS 8
#define CONFIG_NODES_SHIFT 0
#define CONFIG_HZ 100
#define CONFIG_MMU 1
#define CONFIG_PRINTK 1
#define CONFIG_BUG 1
#define CONFIG_KUNIT 1
#define CONFIG_PREEMPT_COUNT 1
#define CONFIG_DEBUG_KERNEL 1
#define CONFIG_DEBUG_PREEMPT 1
#define CONFIG_DEBUG_ATOMIC_SLEEP 1
#define CONFIG_DEBUG_SPINLOCK 1
#define CONFIG_DEBUG_MUTEXES 1
#define CONFIG_DEBUG_LIST 1
#define CONFIG_DEBUG_VM 1
#define CONFIG_LOCKDEP 1
#define CONFIG_PROVE_LOCKING 1
#define CONFIG_PROVE_RCU 1

#endif
