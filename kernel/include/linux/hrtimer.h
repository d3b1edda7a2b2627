/* SPDX-License-Identifier: MIT */
/*
 * Timers of high resolution. https://docs.kernel.org/timers/hrtimers.html; object: kernel/objects/timer.ts.
 * Time is a choice of the scheduler: one that was started fires at any time later, on the CPU that started it, in hardirq
 * context, or in softirq context with HRTIMER_MODE_SOFT. The clock stands still.
 * Simpler: one that goes on (HRTIMER_RESTART) fires at most three times in a run.
 */
#ifndef _LINUX_HRTIMER_H
#define _LINUX_HRTIMER_H

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/timer.h>

#ifndef CLOCK_REALTIME
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_BOOTTIME 7
#define CLOCK_TAI 11
#endif

enum hrtimer_restart {
	HRTIMER_NORESTART,
	HRTIMER_RESTART,
};

enum hrtimer_mode {
	HRTIMER_MODE_ABS = 0x00,
	HRTIMER_MODE_REL = 0x01,
	HRTIMER_MODE_PINNED = 0x02,
	HRTIMER_MODE_SOFT = 0x04,
	HRTIMER_MODE_HARD = 0x08,
	HRTIMER_MODE_ABS_PINNED = HRTIMER_MODE_ABS | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_REL_PINNED = HRTIMER_MODE_REL | HRTIMER_MODE_PINNED,
	HRTIMER_MODE_ABS_SOFT = HRTIMER_MODE_ABS | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_SOFT = HRTIMER_MODE_REL | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_PINNED_SOFT = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_REL_PINNED_SOFT = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_SOFT,
	HRTIMER_MODE_ABS_HARD = HRTIMER_MODE_ABS | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_HARD = HRTIMER_MODE_REL | HRTIMER_MODE_HARD,
	HRTIMER_MODE_ABS_PINNED_HARD = HRTIMER_MODE_ABS_PINNED | HRTIMER_MODE_HARD,
	HRTIMER_MODE_REL_PINNED_HARD = HRTIMER_MODE_REL_PINNED | HRTIMER_MODE_HARD,
};

/* `function` is kept in the timer, where the object looks for it; until 6.15 code set it by hand. */
struct hrtimer {
	union {
		struct timer_list timer;
		enum hrtimer_restart (*function)(struct hrtimer *);
	};
	ktime_t _softexpires;
	unsigned int is_soft;
};

#define __SMPLAB_TIMER_HARD 4

void (*__smplab_hrtimer_fire(void *timer))(struct timer_list *);
int __smplab_hrtimer_try_to_cancel(struct timer_list *timer);
int __smplab_hrtimer_query(const struct timer_list *timer);

static inline void __smplab_run_hrtimer(void *arg);
static inline void __smplab_run_hrtimer_soft(void *arg);

static inline void __smplab_hrtimer_arm(struct hrtimer *timer)
{
	if (timer->is_soft)
		__smplab_mod_timer(&timer->timer, 0, __smplab_run_hrtimer_soft, 0);
	else
		__smplab_mod_timer(&timer->timer, 0, __smplab_run_hrtimer, __SMPLAB_TIMER_HARD);
}

static inline void __smplab_run_hrtimer(void *arg)
{
	struct hrtimer *timer = arg;

	if (((enum hrtimer_restart (*)(struct hrtimer *))__smplab_hrtimer_fire(timer))(timer) == HRTIMER_RESTART)
		__smplab_hrtimer_arm(timer);
	__smplab_context_done();
}

static inline void __smplab_run_hrtimer_soft(void *arg)
{
	struct hrtimer *timer = arg;

	if (((enum hrtimer_restart (*)(struct hrtimer *))__smplab_timer_fire(timer))(timer) == HRTIMER_RESTART)
		__smplab_hrtimer_arm(timer);
	__smplab_context_done();
}

static inline void hrtimer_setup(struct hrtimer *timer, enum hrtimer_restart (*function)(struct hrtimer *),
				 int clock_id, enum hrtimer_mode mode)
{
	*timer = (struct hrtimer){ .timer = { .flags = 0 }, .is_soft = (mode & HRTIMER_MODE_SOFT) != 0 };
	timer->function = function;
}

#define hrtimer_init(timer, clock_id, mode) hrtimer_setup(timer, NULL, clock_id, mode)
#define hrtimer_setup_on_stack(timer, function, clock_id, mode) hrtimer_setup(timer, function, clock_id, mode)
#define hrtimer_init_on_stack(timer, clock_id, mode) hrtimer_init(timer, clock_id, mode)
#define hrtimer_update_function(timer, fn) ((void)((timer)->function = (fn)))
#define destroy_hrtimer_on_stack(timer) do { } while (0)

static inline void hrtimer_start_range_ns(struct hrtimer *timer, ktime_t tim, u64 range_ns, const enum hrtimer_mode mode)
{
	timer->_softexpires = tim;
	__smplab_hrtimer_arm(timer);
}

#define hrtimer_start(timer, tim, mode) hrtimer_start_range_ns(timer, tim, 0, mode)
#define hrtimer_start_expires(timer, mode) hrtimer_start(timer, (timer)->_softexpires, mode)
#define hrtimer_restart(timer) hrtimer_start_expires(timer, HRTIMER_MODE_ABS)
/* 1 if it was waiting, 0 if not; it waits for a handler that runs. */
#define hrtimer_cancel(t) timer_delete_sync(&(t)->timer)
/* The same, but -1 while the handler runs. */
#define hrtimer_try_to_cancel(t) __smplab_hrtimer_try_to_cancel(&(t)->timer)
#define hrtimer_is_queued(t) (__smplab_hrtimer_query(&(t)->timer) & 1)
#define hrtimer_callback_running(t) (!!(__smplab_hrtimer_query(&(t)->timer) & 2))
#define hrtimer_active(t) (__smplab_hrtimer_query(&(t)->timer) != 0)
#define hrtimer_set_expires(t, time) ((void)((t)->_softexpires = (time)))
#define hrtimer_get_expires(t) ((t)->_softexpires)
#define hrtimer_get_softexpires(t) ((t)->_softexpires)
#define hrtimer_add_expires(t, time) ((void)((t)->_softexpires += (time)))
#define hrtimer_add_expires_ns(t, ns) ((void)((t)->_softexpires += (ns)))
#define hrtimer_cb_get_time(t) ktime_get()
/* Time stands still: one interval has passed. */
#define hrtimer_forward(t, now, interval) (hrtimer_add_expires(t, interval), (u64)1)
#define hrtimer_forward_now(t, interval) hrtimer_forward(t, ktime_get(), interval)

#endif
