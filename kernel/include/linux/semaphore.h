/* SPDX-License-Identifier: MIT */
/*
 * Counting semaphores. https://docs.kernel.org/locking/locktypes.html ("semaphore"); object: kernel/objects/counting.ts.
 */
#ifndef _LINUX_SEMAPHORE_H
#define _LINUX_SEMAPHORE_H

struct semaphore {
	unsigned int count;
};

#define __SEMAPHORE_INITIALIZER(name, n) { (n) }
#define DEFINE_SEMAPHORE(name, n) struct semaphore name = __SEMAPHORE_INITIALIZER(name, n)
#define sema_init(sem, val) ((void)((sem)->count = (val)))

void down(struct semaphore *sem);
/* 0: taken. */
int down_trylock(struct semaphore *sem);
void up(struct semaphore *sem);
#define down_interruptible(sem) (down(sem), 0)
#define down_killable(sem) (down(sem), 0)
/* The time may be over at any moment, except for kernel threads: -ETIME. */
int __smplab_down_timeout(struct semaphore *sem);
#define down_timeout(sem, jiffies) ((void)(jiffies), __smplab_down_timeout(sem) ? 0 : -62)

#endif
