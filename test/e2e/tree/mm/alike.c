// SPDX-License-Identifier: MIT
#include <linux/alike.h>

struct pair pair;
static refcount_t users = REFCOUNT_INIT(1);

void pair_check(void)
{
	int left = READ_ONCE(pair.left);

	WARN_ON(left < 10);
	refcount_dec(&users);
}

void pair_read(int *left, int *right)
{
	*left = pair.left;
	*right = READ_ONCE(pair.right);
}

void pair_write(void)
{
	pair.left = 1;
	WRITE_ONCE(pair.right, 1);
}
