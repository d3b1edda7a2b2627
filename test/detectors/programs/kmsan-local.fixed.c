// SPDX-License-Identifier: MIT
/*
 * The error code is set on one of two ways only; copying it is fine, deciding by it is not.
 * finding: KMSAN: uninit-value in start
 */
#include <linux/errno.h>

static int start(int busy)
{
	int err = 0;
	int result;

	if (busy)
		err = -EBUSY;
	result = err;
	if (result)
		return -1;
	return 0;
}

int main(void)
{
	return start(0);
}
