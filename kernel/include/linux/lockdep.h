/* SPDX-License-Identifier: MIT */
/*
 * Asking which locks are held. https://docs.kernel.org/locking/lockdep-design.html
 * Object: kernel/objects/lockdep.ts; the answers come from the list of held locks that every context keeps.
 * Simpler: a lock is its address; classes, subclasses and keys are accepted and ignored.
 */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/bug.h>

#define SINGLE_DEPTH_NESTING 1
#define MAX_LOCKDEP_SUBCLASSES 8UL

struct lock_class_key {
	char unused[0];
};

struct lockdep_map {
	char unused[0];
};

/* Any lock type that records its owner: spinlock, rwlock, mutex, rwsem. */
int lock_is_held(const void *lock);
/* 1: for writing or exclusively, 0: for reading. */
int lock_is_held_type(const void *lock, int exclusive);

#define lockdep_is_held(lock) lock_is_held(lock)
#define lockdep_is_held_type(lock, r) lock_is_held_type(lock, (r) == 0)
#define lockdep_assert(cond) do { WARN_ON(!(cond)); } while (0)
#define lockdep_assert_held(l) lockdep_assert(lockdep_is_held(l))
#define lockdep_assert_held_write(l) lockdep_assert(lock_is_held_type(l, 1))
#define lockdep_assert_held_exclusive(l) lockdep_assert_held_write(l)
#define lockdep_assert_held_read(l) lockdep_assert(lock_is_held_type(l, 0))
#define lockdep_assert_held_once(l) lockdep_assert_held(l)
#define lockdep_assert_not_held(l) lockdep_assert(!lockdep_is_held(l))
#define lockdep_assert_none_held_once() do { } while (0)
#define lockdep_assert_irqs_disabled() lockdep_assert(irqs_disabled())
#define lockdep_assert_irqs_enabled() lockdep_assert(!irqs_disabled())
#define lockdep_assert_preemption_disabled() lockdep_assert(!preemptible())
#define lockdep_assert_preemption_enabled() lockdep_assert(preemptible())
#define lockdep_set_class(lock, key) do { (void)(key); } while (0)
#define lockdep_set_class_and_name(lock, key, name) do { (void)(key); } while (0)
#define lockdep_set_subclass(lock, sub) do { } while (0)
#define lockdep_register_key(key) do { } while (0)
#define lockdep_unregister_key(key) do { } while (0)
#define lockdep_off() do { } while (0)
#define lockdep_on() do { } while (0)
#define lockdep_recursing(tsk) 0
#define debug_locks 1
#define might_lock(lock) do { } while (0)
#define might_lock_read(lock) do { } while (0)

#endif
