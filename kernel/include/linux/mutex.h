/* SPDX-License-Identifier: MIT */
/*
 * Sleeping locks. https://docs.kernel.org/locking/mutex-design.html; object: kernel/objects/mutex.ts.
 * Simpler: waiters are not queued, any of them may be next. No task is ever killed or signalled, so that the
 * interruptible forms always succeed.
 */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/lockdep.h>

/* 0 is free, otherwise the owning context's number + 1. */
struct mutex {
	unsigned int owner;
};

#define __MUTEX_INITIALIZER(lockname) { 0 }
#define DEFINE_MUTEX(mutexname) struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)
#define mutex_init(mutex) ((void)((mutex)->owner = 0))

void mutex_lock(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
int mutex_is_locked(struct mutex *lock);
/* Finds whoever destroys a mutex that is still held. */
void mutex_destroy(struct mutex *lock);

#define mutex_lock_interruptible(lock) (mutex_lock(lock), 0)
#define mutex_lock_killable(lock) (mutex_lock(lock), 0)
#define mutex_lock_io(lock) mutex_lock(lock)
#define mutex_lock_nested(lock, subclass) mutex_lock(lock)
#define mutex_lock_nest_lock(lock, nest) mutex_lock(lock)
#define mutex_lock_interruptible_nested(lock, subclass) mutex_lock_interruptible(lock)

DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_GUARD_COND(mutex, _try, mutex_trylock(_T))
DEFINE_GUARD_COND(mutex, _intr, mutex_lock_interruptible(_T) == 0)

#endif
