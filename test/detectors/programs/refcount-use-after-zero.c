// SPDX-License-Identifier: MIT
/*
 * The last reference may be gone when another one is taken.
 * finding: WARNING: refcount bug in cpu1
 */
#include <linux/refcount.h>

static refcount_t users = REFCOUNT_INIT(1);

void cpu0(void)
{
	refcount_dec_and_test(&users);
}

void cpu1(void)
{
	refcount_inc(&users);
}
