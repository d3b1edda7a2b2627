/* SPDX-License-Identifier: MIT */
/*
 * Timers. https://docs.kernel.org/timers/timers-howto.html; object: kernel/objects/timer.ts, which knows the first members.
 * Time is a choice of the scheduler: an armed timer fires at any time later, in softirq context, on the CPU that armed
 * it. The handler is called with the timer; one set up by setup_timer() or init_timer(), with its data.
 * Simpler: a handler that arms its own timer again does so at most twice in a run.
 */
#ifndef _LINUX_TIMER_H
#define _LINUX_TIMER_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/jiffies.h>
#include <linux/stddef.h>

struct timer_list {
	void (*function)(struct timer_list *);
	unsigned long expires;
	unsigned int pending;
	unsigned int round;
	unsigned long data;
	unsigned int flags;
};

#define TIMER_DEFERRABLE 0x00080000
#define TIMER_PINNED 0x00100000
#define TIMER_IRQSAFE 0x00200000
#define __SMPLAB_TIMER_DATA 0x80000000u

int __smplab_mod_timer(struct timer_list *timer, unsigned long expires, void (*context)(void *), int how);
void (*__smplab_timer_fire(void *timer))(struct timer_list *);
void __smplab_context_done(void);
int timer_delete(struct timer_list *timer);
int timer_delete_sync(struct timer_list *timer);
int timer_shutdown(struct timer_list *timer);
int timer_shutdown_sync(struct timer_list *timer);
int timer_pending(const struct timer_list *timer);

static inline void __smplab_run_timer(void *arg)
{
	struct timer_list *timer = arg;
	void (*function)(struct timer_list *) = __smplab_timer_fire(timer);

	if (timer->flags & __SMPLAB_TIMER_DATA)
		((void (*)(unsigned long))function)(timer->data);
	else
		function(timer);
	__smplab_context_done();
}

#define __TIMER_INITIALIZER(_function, _flags) { .function = (_function), .flags = (_flags) }
#define __SMPLAB_DEFINE_TIMER(_name, _function)                                                   \
	struct timer_list _name = __TIMER_INITIALIZER(_function, 0)
#define __SMPLAB_DEFINE_TIMER_DATA(_name, _function, _expires, _data)                             \
	struct timer_list _name = { .function = (void (*)(struct timer_list *))(_function),       \
				    .expires = (_expires), .data = (_data), .flags = __SMPLAB_TIMER_DATA }
#define __SMPLAB_DEFINE_TIMER_FORM(a, b, c, d, form, ...) form
/* DEFINE_TIMER(name, function), or as it was before 4.15: name, function, expires, data. */
#define DEFINE_TIMER(...)                                                                         \
	__SMPLAB_DEFINE_TIMER_FORM(__VA_ARGS__, __SMPLAB_DEFINE_TIMER_DATA, ,                      \
				   __SMPLAB_DEFINE_TIMER, )(__VA_ARGS__)

#define timer_setup(timer, callback, _flags)                                                      \
	((void)(*(timer) = (struct timer_list)__TIMER_INITIALIZER(callback, _flags)))
#define timer_setup_on_stack(timer, callback, flags) timer_setup(timer, callback, flags)
#define init_timer(timer)                                                                         \
	((void)(*(timer) = (struct timer_list){ .flags = __SMPLAB_TIMER_DATA }))
#define setup_timer(timer, fn, _data)                                                             \
	((void)(*(timer) = (struct timer_list){ .function = (void (*)(struct timer_list *))(fn),   \
						.data = (_data), .flags = __SMPLAB_TIMER_DATA }))
#define destroy_timer_on_stack(timer) do { } while (0)
#define from_timer(var, callback_timer, timer_fieldname)                                          \
	container_of(callback_timer, typeof(*(var)), timer_fieldname)
#define timer_container_of(var, callback_timer, timer_fieldname)                                  \
	from_timer(var, callback_timer, timer_fieldname)

/* 1 if it was pending. */
static inline int mod_timer(struct timer_list *timer, unsigned long expires)
{
	return __smplab_mod_timer(timer, expires, __smplab_run_timer, 0);
}

static inline int mod_timer_pending(struct timer_list *timer, unsigned long expires)
{
	return __smplab_mod_timer(timer, expires, __smplab_run_timer, 2);
}

static inline void add_timer(struct timer_list *timer)
{
	__smplab_mod_timer(timer, 0, __smplab_run_timer, 1);
}

#define del_timer(timer) timer_delete(timer)
#define del_timer_sync(timer) timer_delete_sync(timer)
#define try_to_del_timer_sync(timer) timer_delete(timer)
#define timer_reduce(timer, expires) mod_timer(timer, expires)

#endif
