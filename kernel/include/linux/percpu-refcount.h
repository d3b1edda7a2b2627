/* SPDX-License-Identifier: MIT */
/*
 * Reference counts that are per-CPU while their object lives. https://docs.kernel.org/core-api/kernel-api.html
 * percpu_ref_kill() ends that: from then on percpu_ref_tryget_live() fails, and after a grace period (the switch) all
 * that the CPUs have counted is in one atomic count, which calls release() when it comes to 0. Until the switch the atomic
 * count carries a bias, so that it cannot get there.
 * Simpler: a switch that is asked for while another one is under way waits for that one with synchronize_rcu().
 */
#ifndef _LINUX_PERCPU_REFCOUNT_H
#define _LINUX_PERCPU_REFCOUNT_H

#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/gfp.h>

struct percpu_ref;
typedef void (percpu_ref_func_t)(struct percpu_ref *);

enum {
	PERCPU_REF_INIT_ATOMIC = 1 << 0,
	PERCPU_REF_INIT_DEAD = 1 << 1,
	PERCPU_REF_ALLOW_REINIT = 1 << 2,
};

#define __PERCPU_REF_ATOMIC 1u
#define __PERCPU_REF_DEAD 2u
#define __SMPLAB_REF_BIAS (1L << 62)

struct percpu_ref {
	unsigned long __percpu *counts;
	atomic_long_t count;
	unsigned int mode;
	percpu_ref_func_t *release;
	percpu_ref_func_t *confirm_switch;
	struct rcu_head rcu;
};

static inline int percpu_ref_init(struct percpu_ref *ref, percpu_ref_func_t *release, unsigned int flags, gfp_t gfp)
{
	bool dead = flags & PERCPU_REF_INIT_DEAD, atomic = dead || (flags & PERCPU_REF_INIT_ATOMIC);

	ref->counts = alloc_percpu(unsigned long);
	if (!ref->counts)
		return -ENOMEM;
	ref->mode = (atomic ? __PERCPU_REF_ATOMIC : 0) | (dead ? __PERCPU_REF_DEAD : 0);
	atomic_long_set(&ref->count, dead ? 0 : atomic ? 1 : 1 + __SMPLAB_REF_BIAS);
	ref->release = release;
	ref->confirm_switch = NULL;
	return 0;
}

static inline void percpu_ref_exit(struct percpu_ref *ref)
{
	free_percpu(ref->counts);
	ref->counts = NULL;
}

static inline bool __smplab_ref_is_percpu(struct percpu_ref *ref)
{
	return !(READ_ONCE(ref->mode) & __PERCPU_REF_ATOMIC);
}

static inline void percpu_ref_get_many(struct percpu_ref *ref, unsigned long nr)
{
	rcu_read_lock();
	if (__smplab_ref_is_percpu(ref))
		this_cpu_add(*ref->counts, nr);
	else
		atomic_long_add(nr, &ref->count);
	rcu_read_unlock();
}

static inline bool percpu_ref_tryget_many(struct percpu_ref *ref, unsigned long nr)
{
	bool got = true;

	rcu_read_lock();
	if (__smplab_ref_is_percpu(ref))
		this_cpu_add(*ref->counts, nr);
	else
		got = atomic_long_add_unless(&ref->count, nr, 0);
	rcu_read_unlock();
	return got;
}

static inline bool percpu_ref_tryget_live_rcu(struct percpu_ref *ref)
{
	if (__smplab_ref_is_percpu(ref)) {
		this_cpu_inc(*ref->counts);
		return true;
	}
	return !(READ_ONCE(ref->mode) & __PERCPU_REF_DEAD) && atomic_long_inc_not_zero(&ref->count);
}

static inline bool percpu_ref_tryget_live(struct percpu_ref *ref)
{
	bool got;

	rcu_read_lock();
	got = percpu_ref_tryget_live_rcu(ref);
	rcu_read_unlock();
	return got;
}

static inline void percpu_ref_put_many(struct percpu_ref *ref, unsigned long nr)
{
	rcu_read_lock();
	if (__smplab_ref_is_percpu(ref))
		this_cpu_sub(*ref->counts, nr);
	else if (unlikely(atomic_long_sub_and_test(nr, &ref->count)))
		ref->release(ref);
	rcu_read_unlock();
}

#define percpu_ref_get(ref) percpu_ref_get_many(ref, 1)
#define percpu_ref_tryget(ref) percpu_ref_tryget_many(ref, 1)
#define percpu_ref_put(ref) percpu_ref_put_many(ref, 1)
#define percpu_ref_is_dying(ref) (!!(READ_ONCE((ref)->mode) & __PERCPU_REF_DEAD))
#define percpu_ref_is_zero(ref) (!__smplab_ref_is_percpu(ref) && atomic_long_read(&(ref)->count) == 0)

/* After the grace period nobody counts per CPU any more. */
static inline void __smplab_ref_switched(struct rcu_head *rcu)
{
	struct percpu_ref *ref = container_of(rcu, struct percpu_ref, rcu);
	percpu_ref_func_t *confirm = ref->confirm_switch;
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		unsigned long *one = per_cpu_ptr(ref->counts, cpu);

		sum += READ_ONCE(*one);
		WRITE_ONCE(*one, 0);
	}
	atomic_long_add((long)sum - __SMPLAB_REF_BIAS, &ref->count);
	WARN_ONCE(atomic_long_read(&ref->count) <= 0, "percpu ref (%ps) <= 0 (%ld) after switching to atomic", ref->release,
		  atomic_long_read(&ref->count));
	if (confirm)
		confirm(ref);
	/* Taken for the switch. */
	percpu_ref_put(ref);
}

static inline void percpu_ref_switch_to_atomic(struct percpu_ref *ref, percpu_ref_func_t *confirm_switch)
{
	if (!__smplab_ref_is_percpu(ref)) {
		if (confirm_switch)
			confirm_switch(ref);
		return;
	}
	ref->confirm_switch = confirm_switch;
	percpu_ref_get(ref);
	WRITE_ONCE(ref->mode, READ_ONCE(ref->mode) | __PERCPU_REF_ATOMIC);
	call_rcu_hurry(&ref->rcu, __smplab_ref_switched);
}

static inline void percpu_ref_switch_to_atomic_sync(struct percpu_ref *ref)
{
	percpu_ref_switch_to_atomic(ref, NULL);
	rcu_barrier();
}

/* The initial reference is given back; release() follows when nobody has another. */
static inline void percpu_ref_kill_and_confirm(struct percpu_ref *ref, percpu_ref_func_t *confirm_kill)
{
	WARN_ONCE(percpu_ref_is_dying(ref), "%s called more than once on %ps!", __func__, ref->release);
	WRITE_ONCE(ref->mode, READ_ONCE(ref->mode) | __PERCPU_REF_DEAD);
	percpu_ref_switch_to_atomic(ref, confirm_kill);
	percpu_ref_put(ref);
}

#define percpu_ref_kill(ref) percpu_ref_kill_and_confirm(ref, NULL)

/* Alive again; with its initial reference, which is taken where the count is 0. */
static inline void percpu_ref_resurrect(struct percpu_ref *ref)
{
	rcu_barrier();
	WARN_ON_ONCE(!percpu_ref_is_dying(ref));
	percpu_ref_get(ref);
	atomic_long_add(__SMPLAB_REF_BIAS, &ref->count);
	smp_store_release(&ref->mode, 0);
}

static inline void percpu_ref_reinit(struct percpu_ref *ref)
{
	WARN_ON_ONCE(!percpu_ref_is_zero(ref));
	percpu_ref_resurrect(ref);
}

#endif
