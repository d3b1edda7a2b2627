// SPDX-License-Identifier: MIT
/*
 * Bottom halves are turned off twice and on once.
 * finding: WARNING: local_bh_disable() without local_bh_enable() at exit
 */
#include <linux/bottom_half.h>
#include <linux/compiler.h>

int main(void)
{
	local_bh_disable();
	local_bh_disable();
	local_bh_enable();
	return 0;
}
