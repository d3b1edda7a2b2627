/* SPDX-License-Identifier: MIT */
/*
 * What a scenario says to smplab: who runs where, and what is an outcome. Object: kernel/objects/smplab.ts.
 *
 *	static void writer(void *arg) { ... }
 *
 *	smplab_run_on(0, writer, NULL);		a task bound to CPU 0
 *	smplab_run(writer, NULL);		a task that the scheduler may place and move
 *	smplab_join_all();			starts all of them together, returns when all are done
 *	smplab_observe("sum", stat_read());
 *
 * Registration starts nothing, so that the creation of tasks adds no interleavings.
 *
 * smplab_enum("NAME", otherwise) is the compiler's: the value of the enumeration constant NAME, or `otherwise` if the
 * program has none of that name. It serves scenarios that are compiled with code before and after a patch.
 */
#ifndef _SMPLAB_H
#define _SMPLAB_H

#include <linux/types.h>

void smplab_run_on(int cpu, void (*fn)(void *arg), void *arg);
void smplab_run(void (*fn)(void *arg), void *arg);
void smplab_join_all(void);
/* Waits until callbacks, work and timers have run and threads wait for more; smplab_join_all() waits for tasks only. */
void smplab_settle(void);

/*
 * Interrupt `irq` may arrive up to n times on this CPU while smplab_join_all() waits; it needs <linux/interrupt.h>.
 * Several lines are several sources.
 */
#define smplab_irq_arrivals(irq, cpu, n) __smplab_irq_may_arrive(irq, cpu, n)

/*
 * CPU `cpu` may go and come back, up to n changes, while smplab_join_all() waits; it needs <linux/cpu.h>. Callbacks run as
 * they do for cpu_down() and cpu_up().
 */
#define smplab_cpu_hotplug(cpu, n) __smplab_cpu_may_change(cpu, n)

/* `name` is a string; a later value under the same name replaces the earlier one. */
void smplab_observe(const char *name, long long value);
#define smplab_observe(name, value) smplab_observe(name, (long long)(value))

#endif
