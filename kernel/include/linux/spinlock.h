/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks. https://docs.kernel.org/locking/locktypes.html, https://docs.kernel.org/locking/spinlocks.html
 * Object: kernel/objects/spinlock.ts. Not the PREEMPT_RT variant: holding one disables preemption.
 * The irq and irqsave forms are two events: interrupts go off, then the lock is taken.
 */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/preempt.h>
#include <linux/irqflags.h>
#include <linux/bottom_half.h>
#include <linux/spinlock_types.h>
#include <linux/lockdep.h>
#include <linux/atomic.h>

#define spin_lock_init(lock) ((void)((lock)->rlock.owner = 0))
#define raw_spin_lock_init(lock) ((void)((lock)->owner = 0))

void spin_lock(spinlock_t *lock);
void spin_lock_irq(spinlock_t *lock);
void spin_lock_bh(spinlock_t *lock);
unsigned long spin_lock_irqsave(spinlock_t *lock);
int spin_trylock(spinlock_t *lock);
int spin_trylock_irq(spinlock_t *lock);
int spin_trylock_bh(spinlock_t *lock);
int __smplab_spin_trylock_irqsave(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void spin_unlock_irq(spinlock_t *lock);
void spin_unlock_bh(spinlock_t *lock);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);
int spin_is_locked(spinlock_t *lock);

void raw_spin_lock(raw_spinlock_t *lock);
void raw_spin_lock_irq(raw_spinlock_t *lock);
void raw_spin_lock_bh(raw_spinlock_t *lock);
unsigned long raw_spin_lock_irqsave(raw_spinlock_t *lock);
int raw_spin_trylock(raw_spinlock_t *lock);
int raw_spin_trylock_irq(raw_spinlock_t *lock);
int raw_spin_trylock_bh(raw_spinlock_t *lock);
int __smplab_raw_spin_trylock_irqsave(raw_spinlock_t *lock);
void raw_spin_unlock(raw_spinlock_t *lock);
void raw_spin_unlock_irq(raw_spinlock_t *lock);
void raw_spin_unlock_bh(raw_spinlock_t *lock);
void raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags);
int raw_spin_is_locked(raw_spinlock_t *lock);

#define spin_lock_irqsave(lock, flags) ((void)((flags) = spin_lock_irqsave(lock)))
#define raw_spin_lock_irqsave(lock, flags) ((void)((flags) = raw_spin_lock_irqsave(lock)))
/* What it was before is known before the attempt; a failed one puts it back. */
#define spin_trylock_irqsave(lock, flags)                                                         \
	({ (flags) = __smplab_irq_flags(); __smplab_spin_trylock_irqsave(lock); })
#define raw_spin_trylock_irqsave(lock, flags)                                                     \
	({ (flags) = __smplab_irq_flags(); __smplab_raw_spin_trylock_irqsave(lock); })

#define spin_lock_nested(lock, subclass) spin_lock(lock)
#define spin_lock_nest_lock(lock, nest) spin_lock(lock)
#define spin_lock_irqsave_nested(lock, flags, subclass) spin_lock_irqsave(lock, flags)
#define raw_spin_lock_nested(lock, subclass) raw_spin_lock(lock)
#define spin_is_contended(lock) ((void)(lock), 0)
#define spin_needbreak(lock) ((void)(lock), 0)
#define spin_can_lock(lock) (!spin_is_locked(lock))
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))
#define assert_raw_spin_locked(lock) BUG_ON(!raw_spin_is_locked(lock))
/* Waits until the lock has been free once. */
#define spin_unlock_wait(lock) do { spin_lock(lock); spin_unlock(lock); } while (0)

#include <linux/rwlock.h>

DEFINE_LOCK_GUARD_1(spinlock, spinlock_t, spin_lock(_T->lock), spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irq, spinlock_t, spin_lock_irq(_T->lock), spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_bh, spinlock_t, spin_lock_bh(_T->lock), spin_unlock_bh(_T->lock))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t, spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)
DEFINE_LOCK_GUARD_1(raw_spinlock, raw_spinlock_t, raw_spin_lock(_T->lock), raw_spin_unlock(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irq, raw_spinlock_t, raw_spin_lock_irq(_T->lock), raw_spin_unlock_irq(_T->lock))
DEFINE_LOCK_GUARD_1(raw_spinlock_irqsave, raw_spinlock_t, raw_spin_lock_irqsave(_T->lock, _T->flags),
		    raw_spin_unlock_irqrestore(_T->lock, _T->flags), unsigned long flags)

#endif
