// SPDX-License-Identifier: MIT
/*
 * A section is closed that nobody opened.
 * finding: WARNING: bad unlock balance in main
 */
#include <linux/rcupdate.h>

int main(void)
{
	rcu_read_lock();
	rcu_read_unlock();
	return 0;
}
