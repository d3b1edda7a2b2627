// SPDX-License-Identifier: MIT
/*
 * Three locks, each pair taken in one order only, in a circle; never by two CPUs at once.
 * finding: possible deadlock in third
 */
#include <linux/mutex.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static DEFINE_MUTEX(c);
static DEFINE_MUTEX(turn);

static void pair(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

static void third(void)
{
	mutex_lock(&a);
	mutex_unlock(&a);
}

void cpu0(void)
{
	mutex_lock(&turn);
	pair(&a, &b);
	pair(&b, &c);
	mutex_unlock(&turn);
}

void cpu1(void)
{
	mutex_lock(&turn);
	mutex_lock(&a); mutex_unlock(&a); mutex_lock(&c); mutex_unlock(&c); mutex_unlock(&turn); return;
	third();
	mutex_unlock(&c);
	mutex_unlock(&turn);
}
