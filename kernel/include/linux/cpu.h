/* SPDX-License-Identifier: MIT */
/*
 * CPUs that go and come. https://docs.kernel.org/core-api/cpu_hotplug.html; object: kernel/objects/hotplug.ts.
 * A scenario's task calls cpu_down() and cpu_up(), or the scenario says how often a CPU may go and come by itself:
 * smplab_cpu_hotplug(cpu, n). The callbacks of both times run then: notifiers (before 4.10) and
 * states (since). What is on a CPU that goes, tasks, timers, tasklets, callbacks, goes on on another one.
 * Simpler: callbacks run in the task that asked, those of the dying and starting CPU with interrupts off, not on the
 * CPU itself; a callback that refuses to let a CPU go is not undone for those before it.
 */
#ifndef _LINUX_CPU_H
#define _LINUX_CPU_H

#include <linux/errno.h>
#include <linux/notifier.h>
#include <linux/rwsem.h>
#include <linux/cpumask.h>
#include <linux/smp.h>
#include <linux/cpuhotplug.h>

#define CPU_ONLINE 0x0002
#define CPU_UP_PREPARE 0x0003
#define CPU_UP_CANCELED 0x0004
#define CPU_DOWN_PREPARE 0x0005
#define CPU_DOWN_FAILED 0x0006
#define CPU_DEAD 0x0007
#define CPU_DYING 0x0008
#define CPU_POST_DEAD 0x0009
#define CPU_STARTING 0x000A
#define CPU_TASKS_FROZEN 0x0010
#define CPU_ONLINE_FROZEN (CPU_ONLINE | CPU_TASKS_FROZEN)
#define CPU_UP_PREPARE_FROZEN (CPU_UP_PREPARE | CPU_TASKS_FROZEN)
#define CPU_UP_CANCELED_FROZEN (CPU_UP_CANCELED | CPU_TASKS_FROZEN)
#define CPU_DOWN_PREPARE_FROZEN (CPU_DOWN_PREPARE | CPU_TASKS_FROZEN)
#define CPU_DOWN_FAILED_FROZEN (CPU_DOWN_FAILED | CPU_TASKS_FROZEN)
#define CPU_DEAD_FROZEN (CPU_DEAD | CPU_TASKS_FROZEN)

static DECLARE_RWSEM(__smplab_cpu_lock) __maybe_unused;
static struct notifier_block *__smplab_cpu_chain __maybe_unused;

/* Nobody comes or goes in between. */
#define cpus_read_lock() down_read(&__smplab_cpu_lock)
#define cpus_read_unlock() up_read(&__smplab_cpu_lock)
#define cpus_write_lock() down_write(&__smplab_cpu_lock)
#define cpus_write_unlock() up_write(&__smplab_cpu_lock)
#define get_online_cpus() cpus_read_lock()
#define put_online_cpus() cpus_read_unlock()
#define cpu_hotplug_disable() cpus_read_lock()
#define cpu_hotplug_enable() cpus_read_unlock()
#define lockdep_assert_cpus_held() lockdep_assert_held(&__smplab_cpu_lock)
#define cpu_maps_update_begin() do { } while (0)
#define cpu_maps_update_done() do { } while (0)

static inline int register_cpu_notifier(struct notifier_block *nb)
{
	cpus_write_lock();
	__smplab_chain_add(&__smplab_cpu_chain, nb);
	cpus_write_unlock();
	return 0;
}

static inline void unregister_cpu_notifier(struct notifier_block *nb)
{
	cpus_write_lock();
	__smplab_chain_remove(&__smplab_cpu_chain, nb);
	cpus_write_unlock();
}

#define cpu_notifier(fn, pri)                                                                     \
	do {                                                                                      \
		static struct notifier_block fn##_nb = { .notifier_call = fn, .priority = pri };  \
		register_cpu_notifier(&fn##_nb);                                                  \
	} while (0)
#define hotcpu_notifier(fn, pri) cpu_notifier(fn, pri)
#define register_hotcpu_notifier(nb) register_cpu_notifier(nb)
#define unregister_hotcpu_notifier(nb) unregister_cpu_notifier(nb)

void __smplab_cpu_offline(unsigned int cpu);
void __smplab_cpu_online(unsigned int cpu);

static inline int cpu_down(unsigned int cpu)
{
	void *hcpu = (void *)(unsigned long)cpu;
	int err = 0;

	cpus_write_lock();
	if (num_online_cpus() == 1)
		err = -EBUSY;
	else if (!cpu_online(cpu))
		err = -EINVAL;
	else if (__smplab_chain_call(__smplab_cpu_chain, CPU_DOWN_PREPARE, hcpu) & NOTIFY_STOP_MASK)
		err = -EPERM;
	if (!err)
		err = __smplab_cpuhp_down(cpu, 1);
	if (!err) {
		__smplab_cpu_offline(cpu);
		local_irq_disable();
		__smplab_chain_call(__smplab_cpu_chain, CPU_DYING, hcpu);
		local_irq_enable();
		__smplab_cpuhp_down(cpu, 0);
		__smplab_chain_call(__smplab_cpu_chain, CPU_DEAD, hcpu);
	}
	cpus_write_unlock();
	return err;
}

static inline int cpu_up(unsigned int cpu)
{
	void *hcpu = (void *)(unsigned long)cpu;
	int err = 0;

	cpus_write_lock();
	if (!cpu_possible(cpu) || cpu_online(cpu))
		err = -EINVAL;
	else if (__smplab_chain_call(__smplab_cpu_chain, CPU_UP_PREPARE, hcpu) & NOTIFY_STOP_MASK)
		err = -EPERM;
	if (!err)
		err = __smplab_cpuhp_up(cpu, 0);
	if (!err) {
		local_irq_disable();
		__smplab_chain_call(__smplab_cpu_chain, CPU_STARTING, hcpu);
		local_irq_enable();
		__smplab_cpu_online(cpu);
		__smplab_cpuhp_up(cpu, 1);
		__smplab_chain_call(__smplab_cpu_chain, CPU_ONLINE, hcpu);
	}
	cpus_write_unlock();
	return err;
}

void __smplab_hotplug_budget(int cpu, int n, void (*context)(void *));
void __smplab_hotplug_begin(void);
void __smplab_arrival_done(void);

/* One CPU that goes and comes by itself. */
static inline void __smplab_hotplug(void *arg)
{
	unsigned int cpu = (unsigned long)arg;

	for (;;) {
		__smplab_hotplug_begin();
		if (cpu_online(cpu))
			cpu_down(cpu);
		else
			cpu_up(cpu);
		__smplab_arrival_done();
	}
}

static inline void __smplab_cpu_may_change(int cpu, int n)
{
	__smplab_hotplug_budget(cpu, n, __smplab_hotplug);
}

#define remove_cpu(cpu) cpu_down(cpu)
#define add_cpu(cpu) cpu_up(cpu)

/* For the CPUs that are online now (unless nocalls), and for each that comes later; teardown as they go. */
static inline int __smplab_cpuhp_setup(int state, int (*startup)(unsigned int), int (*teardown)(unsigned int),
				       bool calls)
{
	int err = 0;
	int cpu;

	cpus_read_lock();
	state = __smplab_cpuhp_add(state, startup, teardown);
	if (state >= 0 && calls && startup)
		for_each_online_cpu(cpu) {
			err = startup(cpu);
			if (err)
				break;
		}
	cpus_read_unlock();
	return err ? err : state;
}

#define cpuhp_setup_state(state, name, startup, teardown) __smplab_cpuhp_setup(state, startup, teardown, true)
#define cpuhp_setup_state_nocalls(state, name, startup, teardown)                                 \
	__smplab_cpuhp_setup(state, startup, teardown, false)

static inline void cpuhp_remove_state_nocalls(int state)
{
	cpus_read_lock();
	__smplab_cpuhp_remove(state);
	cpus_read_unlock();
}

#endif
