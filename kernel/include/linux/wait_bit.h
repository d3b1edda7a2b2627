/* SPDX-License-Identifier: MIT */
/*
 * Waiting for a bit to be cleared, and for a variable to change.
 * https://docs.kernel.org/driver-api/basics.html ("Wait queues and Wake events")
 * Waiters stand in one list under one lock, each with the word and the bit that it waits for: a wake-up of another bit
 * is none, so a wake-up that is missing or goes to the wrong place hangs as it does in a kernel.
 * A wait with a timeout may time out at any moment; that of a kernel thread does not.
 */
#ifndef _LINUX_WAIT_BIT_H
#define _LINUX_WAIT_BIT_H

#include <linux/bitops.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct wait_bit_queue_entry {
	struct list_head entry;
	void *flags;
	int bit_nr;
	struct task_struct *task;
};

/* The bit of a variable that is waited for as a whole. */
#define __SMPLAB_WHOLE (-1)

static DEFINE_RAW_SPINLOCK(__smplab_bit_waiters_lock) __maybe_unused;
static LIST_HEAD(__smplab_bit_waiters) __maybe_unused;

static inline void __smplab_bit_wait_begin(struct wait_bit_queue_entry *wait, unsigned int mode)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&__smplab_bit_waiters_lock, flags);
	if (list_empty(&wait->entry))
		list_add_tail(&wait->entry, &__smplab_bit_waiters);
	set_current_state(mode);
	raw_spin_unlock_irqrestore(&__smplab_bit_waiters_lock, flags);
}

static inline void __smplab_bit_wait_end(struct wait_bit_queue_entry *wait)
{
	unsigned long flags;

	__set_current_state(TASK_RUNNING);
	raw_spin_lock_irqsave(&__smplab_bit_waiters_lock, flags);
	if (!list_empty(&wait->entry))
		list_del_init(&wait->entry);
	raw_spin_unlock_irqrestore(&__smplab_bit_waiters_lock, flags);
}

static inline void __smplab_bit_wake(void *word, int bit)
{
	struct wait_bit_queue_entry *wait, *next;
	unsigned long flags;

	raw_spin_lock_irqsave(&__smplab_bit_waiters_lock, flags);
	list_for_each_entry_safe(wait, next, &__smplab_bit_waiters, entry) {
		if (wait->flags != word || wait->bit_nr != bit)
			continue;
		list_del_init(&wait->entry);
		wake_up_process(wait->task);
	}
	raw_spin_unlock_irqrestore(&__smplab_bit_waiters_lock, flags);
}

/* `met` is looked at before the first sleep and after each; `sleep` gives 0 when the time is over. */
#define __smplab_bit_wait(word, bit, mode, met, sleep)                                            \
	({                                                                                        \
		struct wait_bit_queue_entry __smplab_wait = {                                     \
			.entry = LIST_HEAD_INIT(__smplab_wait.entry),                             \
			.flags = (void *)(word), .bit_nr = (bit), .task = current                 \
		};                                                                                \
		bool __smplab_met;                                                                \
		for (;;) {                                                                        \
			__smplab_bit_wait_begin(&__smplab_wait, mode);                            \
			__smplab_met = (met);                                                     \
			if (__smplab_met || !(sleep))                                             \
				break;                                                            \
		}                                                                                 \
		__smplab_bit_wait_end(&__smplab_wait);                                            \
		__smplab_met || (met);                                                            \
	})
#define __smplab_sleep() ({ schedule(); 1; })

static inline int wait_on_bit(unsigned long *word, int bit, unsigned int mode)
{
	might_sleep();
	if (test_bit_acquire(bit, word))
		__smplab_bit_wait(word, bit, mode, !test_bit_acquire(bit, word), __smplab_sleep());
	return 0;
}

#define wait_on_bit_io(word, bit, mode) wait_on_bit(word, bit, mode)

static inline int wait_on_bit_timeout(unsigned long *word, int bit, unsigned int mode, unsigned long timeout)
{
	might_sleep();
	if (!test_bit_acquire(bit, word))
		return 0;
	return __smplab_bit_wait(word, bit, mode, !test_bit_acquire(bit, word), schedule_timeout(timeout)) ? 0 : -11;
}

static inline int wait_on_bit_lock(unsigned long *word, int bit, unsigned int mode)
{
	might_sleep();
	if (test_and_set_bit(bit, word))
		__smplab_bit_wait(word, bit, mode, !test_and_set_bit(bit, word), __smplab_sleep());
	return 0;
}

#define wait_on_bit_lock_io(word, bit, mode) wait_on_bit_lock(word, bit, mode)

/* Behind a full barrier: smp_mb__after_atomic() where the bit was cleared with clear_bit(). */
#define wake_up_bit(word, bit) __smplab_bit_wake(word, bit)
#define clear_and_wake_up_bit(bit, word)                                                          \
	do {                                                                                      \
		clear_bit_unlock(bit, word);                                                      \
		smp_mb__after_atomic();                                                           \
		wake_up_bit(word, bit);                                                           \
	} while (0)
#define test_and_clear_wake_up_bit(bit, word)                                                     \
	({                                                                                        \
		bool __smplab_was = test_and_clear_bit(bit, word);                                \
		if (__smplab_was)                                                                 \
			wake_up_bit(word, bit);                                                   \
		__smplab_was;                                                                     \
	})

#define __smplab_wait_var(var, condition, mode, sleep)                                            \
	({                                                                                        \
		might_sleep();                                                                    \
		(condition) || __smplab_bit_wait(var, __SMPLAB_WHOLE, mode, condition, sleep);    \
	})
#define wait_var_event(var, condition)                                                            \
	((void)__smplab_wait_var(var, condition, TASK_UNINTERRUPTIBLE, __smplab_sleep()))
#define wait_var_event_killable(var, condition)                                                   \
	(__smplab_wait_var(var, condition, TASK_KILLABLE, __smplab_sleep()), 0)
#define wait_var_event_interruptible(var, condition)                                              \
	(__smplab_wait_var(var, condition, TASK_INTERRUPTIBLE, __smplab_sleep()), 0)
#define wait_var_event_timeout(var, condition, timeout)                                           \
	(__smplab_wait_var(var, condition, TASK_UNINTERRUPTIBLE, schedule_timeout(timeout)) ? (long)(timeout) : 0L)
#define wake_up_var(var) __smplab_bit_wake(var, __SMPLAB_WHOLE)
#define store_release_wake_up(var, val)                                                           \
	do {                                                                                      \
		smp_store_release(var, val);                                                      \
		smp_mb();                                                                         \
		wake_up_var(var);                                                                 \
	} while (0)
#define atomic_dec_and_wake_up(var)                                                               \
	({                                                                                        \
		bool __smplab_zero = atomic_dec_and_test(var);                                    \
		if (__smplab_zero)                                                                \
			wake_up_var(var);                                                         \
		__smplab_zero;                                                                    \
	})

#endif
