/* SPDX-License-Identifier: MIT */
/*
 * Read-copy update. https://docs.kernel.org/RCU/whatisRCU.html, https://docs.kernel.org/RCU/Design/Requirements/Requirements.html,
 * https://docs.kernel.org/RCU/lockdep.html
 * Object: kernel/objects/rcu.ts.
 *
 * A grace period waits for the readers that are inside when it begins and for no others; new readers never wait and
 * are never waited for. Its beginning and its end are two events. Whether a reader may be preempted is the
 * run's RCU flavour.
 * The contract is that of 2010: the three flavours are apart, synchronize_rcu() promises nothing about code that has
 * merely disabled preemption, interrupts or bottom halves. Since 4.20 it does; code that relies on that shows up
 * here, and synchronize_rcu_mult() below waits for all three.
 * Stricter: rcu_read_lock_held() tells the truth always, as with PROVE_RCU.
 */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/compiler.h>
#include <linux/preempt.h>
#include <linux/bottom_half.h>
#include <linux/lockdep.h>
#include <linux/bug.h>
#include <asm/barrier.h>

void rcu_read_lock(void);
void rcu_read_unlock(void);
void rcu_read_lock_bh(void);
void rcu_read_unlock_bh(void);
void rcu_read_lock_sched(void);
void rcu_read_unlock_sched(void);
int rcu_read_lock_held(void);
int rcu_read_lock_bh_held(void);
int rcu_read_lock_sched_held(void);
#define rcu_read_lock_any_held() (rcu_read_lock_held() || rcu_read_lock_bh_held() || rcu_read_lock_sched_held())
#define rcu_read_lock_sched_notrace() rcu_read_lock_sched()
#define rcu_read_unlock_sched_notrace() rcu_read_unlock_sched()
#define rcu_preempt_depth() rcu_read_lock_held()

void synchronize_rcu(void);
void synchronize_rcu_bh(void);
void synchronize_sched(void);
#define synchronize_rcu_expedited() synchronize_rcu()
#define synchronize_sched_expedited() synchronize_sched()
#define synchronize_net() synchronize_rcu()
#define synchronize_rcu_mult() do { synchronize_rcu(); synchronize_rcu_bh(); synchronize_sched(); } while (0)
#define cond_synchronize_rcu(oldstate) synchronize_rcu()
#define get_state_synchronize_rcu() 0UL

/*
 * Callbacks: kernel/objects/rcu-callback.ts. They run in softirq context, on the CPU that asked for them, at any time
 * after their grace period. Below 4096 a callback is the offset of the head in an object to be freed.
 */
void __smplab_call_rcu(struct rcu_head *head, rcu_callback_t func, void (*context)(void *));
void __smplab_call_rcu_bh(struct rcu_head *head, rcu_callback_t func, void (*context)(void *));
void __smplab_call_rcu_sched(struct rcu_head *head, rcu_callback_t func, void (*context)(void *));
rcu_callback_t __smplab_rcu_invoke(void *head);
void __smplab_rcu_barrier(void);
void __smplab_context_done(void);
void kfree(const void *objp);
void might_sleep(void);

static inline void __smplab_rcu_callback(void *head)
{
	rcu_callback_t func = __smplab_rcu_invoke(head);

	if ((unsigned long)func < 4096)
		kfree((char *)head - (unsigned long)func);
	else
		func(head);
	__smplab_context_done();
}

static inline void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	__smplab_call_rcu(head, func, __smplab_rcu_callback);
}

static inline void call_rcu_bh(struct rcu_head *head, rcu_callback_t func)
{
	__smplab_call_rcu_bh(head, func, __smplab_rcu_callback);
}

static inline void call_rcu_sched(struct rcu_head *head, rcu_callback_t func)
{
	__smplab_call_rcu_sched(head, func, __smplab_rcu_callback);
}

#define call_rcu_hurry(head, func) call_rcu(head, func)

/* Waits for all callbacks that are pending when it is called. */
static inline void rcu_barrier(void)
{
	might_sleep();
	__smplab_rcu_barrier();
}

#define rcu_barrier_bh() rcu_barrier()
#define rcu_barrier_sched() rcu_barrier()

#define kvfree_call_rcu(head, func) call_rcu(head, func)
#define kfree_call_rcu(head, func) call_rcu(head, func)
#define __smplab_kfree_rcu(ptr, field)                                                            \
	do {                                                                                      \
		typeof(ptr) __smplab_ptr = (ptr);                                                 \
		if (__smplab_ptr)                                                                 \
			call_rcu(&__smplab_ptr->field,                                            \
				 (rcu_callback_t)__builtin_offsetof(typeof(*(ptr)), field));      \
	} while (0)
#define kfree_rcu_mightsleep(ptr)                                                                 \
	do {                                                                                      \
		synchronize_rcu();                                                                \
		kfree(ptr);                                                                       \
	} while (0)
#define __smplab_kfree_rcu_form(ptr, field, form, ...) form
/* With one argument: kfree_rcu_mightsleep(), as it was called first. */
#define kfree_rcu(...)                                                                            \
	__smplab_kfree_rcu_form(__VA_ARGS__, __smplab_kfree_rcu, kfree_rcu_mightsleep)(__VA_ARGS__)
#define kvfree_rcu(...) kfree_rcu(__VA_ARGS__)
#define kvfree_rcu_mightsleep(ptr) kfree_rcu_mightsleep(ptr)

/* Reports "suspicious RCU usage" with this sentence. */
void __smplab_rcu_suspicious(const char *text);
#define RCU_LOCKDEP_WARN(c, s)                                                                    \
	do {                                                                                      \
		if (c)                                                                            \
			__smplab_rcu_suspicious(s);                                               \
	} while (0)
#define rcu_lockdep_assert(c, s) RCU_LOCKDEP_WARN(!(c), s)

#define RCU_INITIALIZER(v) (typeof(*(v)) *)(v)
#define rcu_assign_pointer(p, v) __atomic_store_n(&(p), RCU_INITIALIZER(v), __ATOMIC_RELEASE)
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, RCU_INITIALIZER(v))
#define RCU_POINTER_INITIALIZER(p, v) .p = RCU_INITIALIZER(v)
#define rcu_replace_pointer(rcu_ptr, ptr, c)                                                      \
	({                                                                                        \
		typeof(ptr) __smplab_old = rcu_dereference_protected((rcu_ptr), (c));             \
		rcu_assign_pointer((rcu_ptr), (ptr));                                             \
		__smplab_old;                                                                     \
	})

#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_dereference_raw(p) READ_ONCE(p)
#define rcu_dereference_raw_check(p) READ_ONCE(p)
#define rcu_dereference_raw_notrace(p) READ_ONCE(p)
#define __smplab_rcu_dereference(p, c, text)                                                      \
	({                                                                                        \
		typeof(p) __smplab_pointer = READ_ONCE(p);                                        \
		RCU_LOCKDEP_WARN(!(c), text);                                                     \
		__smplab_pointer;                                                                 \
	})
#define rcu_dereference_check(p, c)                                                               \
	__smplab_rcu_dereference(p, (c) || rcu_read_lock_held(), "suspicious rcu_dereference_check() usage!")
#define rcu_dereference_bh_check(p, c)                                                            \
	__smplab_rcu_dereference(p, (c) || rcu_read_lock_bh_held(), "suspicious rcu_dereference_bh_check() usage!")
#define rcu_dereference_sched_check(p, c)                                                         \
	__smplab_rcu_dereference(p, (c) || rcu_read_lock_sched_held(),                            \
				 "suspicious rcu_dereference_sched_check() usage!")
#define rcu_dereference(p) rcu_dereference_check(p, 0)
#define rcu_dereference_bh(p) rcu_dereference_bh_check(p, 0)
#define rcu_dereference_sched(p) rcu_dereference_sched_check(p, 0)
/* A plain read: the update side holds what keeps the pointer from changing. */
#define rcu_dereference_protected(p, c)                                                           \
	({                                                                                        \
		RCU_LOCKDEP_WARN(!(c), "suspicious rcu_dereference_protected() usage!");          \
		(p);                                                                              \
	})
#define rcu_dereference_index_check(p, c) rcu_dereference_check(p, c)
#define rcu_pointer_handoff(p) (p)
#define rcu_swap_protected(rcu_ptr, ptr, c)                                                       \
	do {                                                                                      \
		typeof(ptr) __smplab_tmp = rcu_dereference_protected((rcu_ptr), (c));             \
		rcu_assign_pointer((rcu_ptr), (ptr));                                             \
		(ptr) = __smplab_tmp;                                                             \
	} while (0)

#define rcu_sleep_check() do { } while (0)
#define init_rcu_head(head) do { } while (0)
#define destroy_rcu_head(head) do { } while (0)
#define init_rcu_head_on_stack(head) do { } while (0)
#define destroy_rcu_head_on_stack(head) do { } while (0)

DEFINE_LOCK_GUARD_0(rcu, rcu_read_lock(), rcu_read_unlock())

#endif
