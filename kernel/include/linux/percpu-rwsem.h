/* SPDX-License-Identifier: MIT */
/*
 * Reader-writer semaphores whose readers are cheap. https://docs.kernel.org/locking/percpu-rw-semaphore.html
 * Simpler: a rw_semaphore (kernel/objects/rwsem.ts), as what keeps whom waiting is the same.
 */
#ifndef _LINUX_PERCPU_RWSEM_H
#define _LINUX_PERCPU_RWSEM_H

#include <linux/cleanup.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/rwsem.h>

struct percpu_rw_semaphore {
	struct rw_semaphore rw_sem;
};

#define __PERCPU_RWSEM_INITIALIZER(name) { .rw_sem = __RWSEM_INITIALIZER((name).rw_sem) }
#define DEFINE_PERCPU_RWSEM(name) struct percpu_rw_semaphore name = __PERCPU_RWSEM_INITIALIZER(name)
#define DEFINE_STATIC_PERCPU_RWSEM(name) static DEFINE_PERCPU_RWSEM(name)
#define percpu_init_rwsem(sem) ({ init_rwsem(&(sem)->rw_sem); 0; })
#define percpu_free_rwsem(sem) WARN_ON(rwsem_is_locked(&(sem)->rw_sem))

#define percpu_down_read(sem) down_read(&(sem)->rw_sem)
#define percpu_down_read_trylock(sem) ((bool)down_read_trylock(&(sem)->rw_sem))
#define percpu_up_read(sem) up_read(&(sem)->rw_sem)
#define percpu_down_write(sem) down_write(&(sem)->rw_sem)
#define percpu_up_write(sem) up_write(&(sem)->rw_sem)
#define percpu_is_read_locked(sem) (rwsem_is_locked(&(sem)->rw_sem) && !percpu_is_write_locked(sem))
#define percpu_is_write_locked(sem) ((READ_ONCE((sem)->rw_sem.state) & 0x80000000u) != 0)
#define percpu_rwsem_is_held(sem) lockdep_is_held(&(sem)->rw_sem)
#define percpu_rwsem_assert_held(sem) lockdep_assert_held(&(sem)->rw_sem)

DEFINE_GUARD(percpu_read, struct percpu_rw_semaphore *, percpu_down_read(_T), percpu_up_read(_T))
DEFINE_GUARD_COND(percpu_read, _try, percpu_down_read_trylock(_T))
DEFINE_GUARD(percpu_write, struct percpu_rw_semaphore *, percpu_down_write(_T), percpu_up_write(_T))

#endif
