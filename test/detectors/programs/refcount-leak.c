// SPDX-License-Identifier: MIT
/*
 * refcount_dec() is for counts that cannot reach zero.
 * finding: WARNING: refcount bug in main
 */
#include <linux/refcount.h>

static refcount_t users;

int main(void)
{
	refcount_set(&users, 1);
	refcount_dec(&users);
	return 0;
}
