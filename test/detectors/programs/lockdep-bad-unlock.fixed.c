// SPDX-License-Identifier: MIT
/*
 * The wrong lock is released.
 * finding: WARNING: bad unlock balance in main
 * finding: WARNING: lock taken in main is held at exit
 */
#include <linux/mutex.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);

int main(void)
{
	mutex_lock(&a);
	mutex_unlock(&a);
	return 0;
}
