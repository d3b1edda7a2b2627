/* SPDX-License-Identifier: MIT */
/*
 * Locks that are released and objects that are freed where their scope is left.
 * https://docs.kernel.org/core-api/cleanup.html
 */
#ifndef _LINUX_CLEANUP_H
#define _LINUX_CLEANUP_H

#include <linux/compiler.h>
#include <linux/stddef.h>

#define DEFINE_FREE(name, type, free)                                                             \
	static inline void __free_##name(void *p)                                                 \
	{                                                                                         \
		type _T = *(type *)p;                                                             \
		free;                                                                             \
	}
#define __free(name) __cleanup(__free_##name)
#define no_free_ptr(p)                                                                            \
	({                                                                                        \
		__auto_type __smplab_kept = (p);                                                  \
		(p) = NULL;                                                                       \
		__smplab_kept;                                                                    \
	})
#define return_ptr(p) return no_free_ptr(p)
#define retain_and_null_ptr(p) ((void)no_free_ptr(p))

#define DEFINE_CLASS(name, type, exit, init, init_args...)                                        \
	typedef type class_##name##_t;                                                            \
	static inline void class_##name##_destructor(type *p)                                     \
	{                                                                                         \
		type _T = *p;                                                                     \
		exit;                                                                             \
	}                                                                                         \
	static inline type class_##name##_constructor(init_args)                                  \
	{                                                                                         \
		type t = init;                                                                    \
		return t;                                                                         \
	}
#define CLASS(name, var)                                                                          \
	class_##name##_t var __cleanup(class_##name##_destructor) = class_##name##_constructor

/* A guard takes its lock where it stands and releases it where its scope is left. */
#define DEFINE_GUARD(name, type, lock, unlock)                                                    \
	DEFINE_CLASS(name, type, if (_T) { unlock; }, ({ lock; _T; }), type _T)                   \
	static inline void *class_##name##_lock_ptr(class_##name##_t *t)                          \
	{                                                                                         \
		return (void *)(unsigned long)*t;                                                 \
	}
/* One that may not get its lock: its scope is not entered then. */
#define DEFINE_GUARD_COND(name, ext, condlock)                                                    \
	typedef class_##name##_t class_##name##ext##_t;                                           \
	static inline void class_##name##ext##_destructor(class_##name##_t *p)                    \
	{                                                                                         \
		class_##name##_destructor(p);                                                     \
	}                                                                                         \
	static inline class_##name##_t class_##name##ext##_constructor(class_##name##_t _T)       \
	{                                                                                         \
		return (condlock) ? _T : NULL;                                                    \
	}                                                                                         \
	static inline void *class_##name##ext##_lock_ptr(class_##name##_t *t)                     \
	{                                                                                         \
		return (void *)(unsigned long)*t;                                                 \
	}
/* A guard without a lock of its own: rcu, preempt, irq. */
#define DEFINE_LOCK_GUARD_0(name, lock, unlock)                                                   \
	typedef int class_##name##_t;                                                             \
	static inline void class_##name##_destructor(int *p)                                      \
	{                                                                                         \
		unlock;                                                                           \
	}                                                                                         \
	static inline int class_##name##_constructor(void)                                        \
	{                                                                                         \
		lock;                                                                             \
		return 1;                                                                         \
	}                                                                                         \
	static inline void *class_##name##_lock_ptr(int *t)                                       \
	{                                                                                         \
		return t;                                                                         \
	}
/* A guard that keeps the flags beside its lock. */
#define DEFINE_LOCK_GUARD_1(name, type, _lock, _unlock, members...)                               \
	typedef struct {                                                                          \
		type *lock;                                                                       \
		members;                                                                          \
	} class_##name##_t;                                                                       \
	static inline void class_##name##_destructor(class_##name##_t *_T)                        \
	{                                                                                         \
		if (_T->lock) {                                                                   \
			_unlock;                                                                  \
		}                                                                                 \
	}                                                                                         \
	static inline class_##name##_t class_##name##_constructor(type *l)                        \
	{                                                                                         \
		class_##name##_t _t = { .lock = l }, *_T = &_t;                                   \
		_lock;                                                                            \
		return _t;                                                                        \
	}                                                                                         \
	static inline void *class_##name##_lock_ptr(class_##name##_t *t)                          \
	{                                                                                         \
		return t->lock;                                                                   \
	}

#define guard(name) CLASS(name, __UNIQUE_ID(guard))
#define __guard_ptr(name) class_##name##_lock_ptr
#define __smplab_scoped_guard(name, done, args...)                                                \
	for (CLASS(name, scope)(args), *done = NULL; __guard_ptr(name)(&scope) && !done; done = (void *)1)
#define scoped_guard(name, args...) __smplab_scoped_guard(name, __UNIQUE_ID(done), args)
#define __smplab_scoped_cond_guard(name, fail, done, args...)                                     \
	for (CLASS(name, scope)(args), *done = NULL; !done; done = (void *)1)                     \
		if (!__guard_ptr(name)(&scope))                                                   \
			fail;                                                                     \
		else
#define scoped_cond_guard(name, fail, args...)                                                    \
	__smplab_scoped_cond_guard(name, fail, __UNIQUE_ID(done), args)

#endif
