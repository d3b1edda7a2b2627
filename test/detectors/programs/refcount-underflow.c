// SPDX-License-Identifier: MIT
/*
 * One reference is put twice.
 * finding: WARNING: refcount bug in put
 */
#include <linux/refcount.h>

static refcount_t users = REFCOUNT_INIT(1);

static void put(void)
{
	refcount_dec_and_test(&users);
}

int main(void)
{
	put();
	put();
	return 0;
}
