/* SPDX-License-Identifier: MIT */
/*
 * Reader-writer spinlocks. https://docs.kernel.org/locking/spinlocks.html (lesson 2)
 * Object: kernel/objects/rwlock.ts. Simpler: no fairness; a waiting writer keeps no reader out.
 */
#ifndef _LINUX_RWLOCK_H
#define _LINUX_RWLOCK_H

#include <linux/spinlock_types.h>

#define rwlock_init(lock) ((void)((lock)->state = 0))

void read_lock(rwlock_t *lock);
void read_lock_irq(rwlock_t *lock);
void read_lock_bh(rwlock_t *lock);
unsigned long read_lock_irqsave(rwlock_t *lock);
int read_trylock(rwlock_t *lock);
void read_unlock(rwlock_t *lock);
void read_unlock_irq(rwlock_t *lock);
void read_unlock_bh(rwlock_t *lock);
void read_unlock_irqrestore(rwlock_t *lock, unsigned long flags);
void write_lock(rwlock_t *lock);
void write_lock_irq(rwlock_t *lock);
void write_lock_bh(rwlock_t *lock);
unsigned long write_lock_irqsave(rwlock_t *lock);
int write_trylock(rwlock_t *lock);
void write_unlock(rwlock_t *lock);
void write_unlock_irq(rwlock_t *lock);
void write_unlock_bh(rwlock_t *lock);
void write_unlock_irqrestore(rwlock_t *lock, unsigned long flags);

#define read_lock_irqsave(lock, flags) ((void)((flags) = read_lock_irqsave(lock)))
#define write_lock_irqsave(lock, flags) ((void)((flags) = write_lock_irqsave(lock)))

#endif
