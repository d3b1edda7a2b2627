/* SPDX-License-Identifier: MIT */
/*
 * A spinlock in one bit of a word whose other bits belong to others.
 * https://docs.kernel.org/core-api/wrappers/atomic_bitops.html (locking bitops)
 * Object: kernel/objects/bit-spinlock.ts. On this SMP kernel the bit is really set; `bitnr` counts from bit 0 of
 * *addr as for set_bit().
 */
#ifndef _LINUX_BIT_SPINLOCK_H
#define _LINUX_BIT_SPINLOCK_H

#include <linux/preempt.h>
#include <linux/bug.h>
#include <linux/bitops.h>

void bit_spin_lock(int bitnr, unsigned long *addr);
int bit_spin_trylock(int bitnr, unsigned long *addr);
void bit_spin_unlock(int bitnr, unsigned long *addr);
/* The variant for words of which nobody else changes a bit meanwhile. */
void __bit_spin_unlock(int bitnr, unsigned long *addr);
int bit_spin_is_locked(int bitnr, unsigned long *addr);

#endif
