/* SPDX-License-Identifier: MIT */
/*
 * Sequence counters: readers go again when a writer came in between. https://docs.kernel.org/locking/seqlock.html
 * As in the kernel, what a reader reads and a writer writes in between counts as marked to the data race detector.
 * Simpler: one kind of counter, whatever lock its writers are said to take; the latch keeps its two copies apart.
 */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <linux/compiler.h>
#include <linux/kcsan-checks.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/spinlock.h>
#include <asm/barrier.h>
#include <asm/processor.h>

typedef struct seqcount {
	unsigned int sequence;
} seqcount_t;
typedef seqcount_t seqcount_spinlock_t;
typedef seqcount_t seqcount_raw_spinlock_t;
typedef seqcount_t seqcount_rwlock_t;
typedef seqcount_t seqcount_mutex_t;
typedef seqcount_t seqcount_latch_t;

#define SEQCNT_ZERO(name) { .sequence = 0 }
#define SEQCNT_SPINLOCK_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_RAW_SPINLOCK_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_RWLOCK_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_MUTEX_ZERO(name, lock) SEQCNT_ZERO(name)
#define SEQCNT_LATCH_ZERO(name) SEQCNT_ZERO(name)
#define seqcount_init(s) ((void)((s)->sequence = 0))
#define seqcount_spinlock_init(s, lock) seqcount_init(s)
#define seqcount_raw_spinlock_init(s, lock) seqcount_init(s)
#define seqcount_rwlock_init(s, lock) seqcount_init(s)
#define seqcount_mutex_init(s, lock) seqcount_init(s)
#define seqcount_latch_init(s) seqcount_init(s)
#define seqprop_sequence(s) READ_ONCE((s)->sequence)

/* Accesses of a reader between its two looks at the counter. */
#define KCSAN_SEQLOCK_REGION_MAX 1000

/* Macros rather than functions, so that a step's place is the line that uses it. */
#define __smplab_seq_begin(s)                                                                     \
	({                                                                                        \
		unsigned int __smplab_seq;                                                        \
		while ((__smplab_seq = READ_ONCE((s)->sequence)) & 1)                             \
			cpu_relax();                                                              \
		kcsan_atomic_next(KCSAN_SEQLOCK_REGION_MAX);                                      \
		smp_rmb();                                                                        \
		__smplab_seq;                                                                     \
	})
#define __smplab_seq_retry(s, start)                                                              \
	({                                                                                        \
		smp_rmb();                                                                        \
		kcsan_atomic_next(0);                                                             \
		READ_ONCE((s)->sequence) != (start);                                              \
	})
#define read_seqcount_begin(s) __smplab_seq_begin(s)
#define raw_read_seqcount_begin(s) __smplab_seq_begin(s)
#define __read_seqcount_begin(s) __smplab_seq_begin(s)
/* Does not wait for a writer. */
#define raw_read_seqcount(s)                                                                      \
	({                                                                                        \
		unsigned int __smplab_seq = READ_ONCE((s)->sequence);                             \
		kcsan_atomic_next(KCSAN_SEQLOCK_REGION_MAX);                                      \
		smp_rmb();                                                                        \
		__smplab_seq;                                                                     \
	})
#define raw_seqcount_begin(s) (raw_read_seqcount(s) & ~1u)
#define read_seqcount_retry(s, start) __smplab_seq_retry(s, start)
#define __read_seqcount_retry(s, start) __smplab_seq_retry(s, start)

#define raw_write_seqcount_begin(s)                                                               \
	do {                                                                                      \
		kcsan_nestable_atomic_begin();                                                    \
		WRITE_ONCE((s)->sequence, (s)->sequence + 1);                                     \
		smp_wmb();                                                                        \
	} while (0)
#define raw_write_seqcount_end(s)                                                                 \
	do {                                                                                      \
		smp_wmb();                                                                        \
		WRITE_ONCE((s)->sequence, (s)->sequence + 1);                                     \
		kcsan_nestable_atomic_end();                                                      \
	} while (0)
/* A reader must not find its own CPU's writer preempted. */
#define write_seqcount_begin(s)                                                                   \
	do {                                                                                      \
		preempt_disable();                                                                \
		raw_write_seqcount_begin(s);                                                      \
	} while (0)
#define write_seqcount_end(s)                                                                     \
	do {                                                                                      \
		raw_write_seqcount_end(s);                                                        \
		preempt_enable();                                                                 \
	} while (0)
#define write_seqcount_begin_nested(s, subclass) write_seqcount_begin(s)
#define write_seqcount_invalidate(s)                                                              \
	do {                                                                                      \
		smp_wmb();                                                                        \
		WRITE_ONCE((s)->sequence, (s)->sequence + 2);                                     \
	} while (0)

/* Readers take the copy that the last bit says, writers change the other one. */
#define raw_read_seqcount_latch(s) READ_ONCE((s)->sequence)
#define raw_read_seqcount_latch_retry(s, start) (smp_rmb(), READ_ONCE((s)->sequence) != (start))
#define read_seqcount_latch(s)                                                                    \
	({                                                                                        \
		kcsan_atomic_next(KCSAN_SEQLOCK_REGION_MAX);                                      \
		raw_read_seqcount_latch(s);                                                       \
	})
#define read_seqcount_latch_retry(s, start)                                                       \
	({                                                                                        \
		kcsan_atomic_next(0);                                                             \
		raw_read_seqcount_latch_retry(s, start);                                          \
	})
#define raw_write_seqcount_latch(s)                                                               \
	do {                                                                                      \
		smp_wmb();                                                                        \
		WRITE_ONCE((s)->sequence, (s)->sequence + 1);                                     \
		smp_wmb();                                                                        \
	} while (0)
#define write_seqcount_latch_begin(s)                                                             \
	do {                                                                                      \
		kcsan_nestable_atomic_begin();                                                    \
		raw_write_seqcount_latch(s);                                                      \
	} while (0)
#define write_seqcount_latch(s) raw_write_seqcount_latch(s)
#define write_seqcount_latch_end(s) kcsan_nestable_atomic_end()

typedef struct {
	seqcount_t seqcount;
	spinlock_t lock;
} seqlock_t;

#define __SEQLOCK_UNLOCKED(name) { .seqcount = SEQCNT_ZERO(name), .lock = __SPIN_LOCK_UNLOCKED((name).lock) }
#define DEFINE_SEQLOCK(sl) seqlock_t sl = __SEQLOCK_UNLOCKED(sl)
#define seqlock_init(sl)                                                                          \
	do {                                                                                      \
		seqcount_init(&(sl)->seqcount);                                                   \
		spin_lock_init(&(sl)->lock);                                                      \
	} while (0)

#define read_seqbegin(sl) __smplab_seq_begin(&(sl)->seqcount)
#define read_seqretry(sl, start) __smplab_seq_retry(&(sl)->seqcount, start)
#define __smplab_seq_lock(sl, lock)                                                               \
	do {                                                                                      \
		lock;                                                                             \
		raw_write_seqcount_begin(&(sl)->seqcount);                                        \
	} while (0)
#define __smplab_seq_unlock(sl, unlock)                                                           \
	do {                                                                                      \
		raw_write_seqcount_end(&(sl)->seqcount);                                          \
		unlock;                                                                           \
	} while (0)
#define write_seqlock(sl) __smplab_seq_lock(sl, spin_lock(&(sl)->lock))
#define write_sequnlock(sl) __smplab_seq_unlock(sl, spin_unlock(&(sl)->lock))
#define write_seqlock_bh(sl) __smplab_seq_lock(sl, spin_lock_bh(&(sl)->lock))
#define write_sequnlock_bh(sl) __smplab_seq_unlock(sl, spin_unlock_bh(&(sl)->lock))
#define write_seqlock_irq(sl) __smplab_seq_lock(sl, spin_lock_irq(&(sl)->lock))
#define write_sequnlock_irq(sl) __smplab_seq_unlock(sl, spin_unlock_irq(&(sl)->lock))
#define write_seqlock_irqsave(sl, flags) __smplab_seq_lock(sl, spin_lock_irqsave(&(sl)->lock, flags))
#define write_sequnlock_irqrestore(sl, flags)                                                     \
	__smplab_seq_unlock(sl, spin_unlock_irqrestore(&(sl)->lock, flags))

/* Readers that keep writers out. */
#define read_seqlock_excl(sl) spin_lock(&(sl)->lock)
#define read_sequnlock_excl(sl) spin_unlock(&(sl)->lock)
#define read_seqlock_excl_bh(sl) spin_lock_bh(&(sl)->lock)
#define read_sequnlock_excl_bh(sl) spin_unlock_bh(&(sl)->lock)
#define read_seqlock_excl_irq(sl) spin_lock_irq(&(sl)->lock)
#define read_sequnlock_excl_irq(sl) spin_unlock_irq(&(sl)->lock)

/* Without the lock when *seq is even, else with it. */
#define read_seqbegin_or_lock(sl, seq)                                                            \
	do {                                                                                      \
		if (*(seq) & 1)                                                                   \
			read_seqlock_excl(sl);                                                    \
		else                                                                              \
			*(seq) = read_seqbegin(sl);                                               \
	} while (0)
#define need_seqretry(sl, seq) (!((seq) & 1) && read_seqretry(sl, seq))
#define done_seqretry(sl, seq)                                                                    \
	do {                                                                                      \
		if ((seq) & 1)                                                                    \
			read_sequnlock_excl(sl);                                                  \
	} while (0)

#endif
