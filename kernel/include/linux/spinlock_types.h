/* SPDX-License-Identifier: MIT */
/*
 * The lock is in the structure's own bytes: 0 is free, otherwise the owning context's number + 1. So a static
 * initialiser, memset() to zero and spin_lock_init() give an unlocked lock, and a copy copies the state.
 */
#ifndef _LINUX_SPINLOCK_TYPES_H
#define _LINUX_SPINLOCK_TYPES_H

typedef struct raw_spinlock {
	unsigned int owner;
} raw_spinlock_t;

typedef struct spinlock {
	struct raw_spinlock rlock;
} spinlock_t;

/* 0 is free; 0x80000000 + context + 1 is held for writing; otherwise the number of readers. */
typedef struct {
	unsigned int state;
} rwlock_t;

#define __RAW_SPIN_LOCK_UNLOCKED(name) { 0 }
#define __SPIN_LOCK_UNLOCKED(name) { { 0 } }
#define __RW_LOCK_UNLOCKED(name) { 0 }
#define SPIN_LOCK_UNLOCKED ((spinlock_t)__SPIN_LOCK_UNLOCKED())
#define DEFINE_RAW_SPINLOCK(name) raw_spinlock_t name = __RAW_SPIN_LOCK_UNLOCKED(name)
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RWLOCK(name) rwlock_t name = __RW_LOCK_UNLOCKED(name)

#endif
