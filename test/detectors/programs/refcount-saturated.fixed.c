// SPDX-License-Identifier: MIT
/*
 * A counter that wraps stays at its saturation value.
 * finding: WARNING: refcount bug in main
 */
#include <linux/refcount.h>

static refcount_t users;

int main(void)
{
	refcount_set(&users, REFCOUNT_MAX - 1);
	refcount_inc(&users);
	return 0;
}
