// SPDX-License-Identifier: MIT
/*
 * A reader of a domain waits for the readers of that domain, itself among them.
 * finding: INFO: task hung in cpu0
 * finding: WARNING: suspicious RCU usage in cpu0
 */
#include <linux/srcu.h>

DEFINE_STATIC_SRCU(readers);
DEFINE_STATIC_SRCU(others);
static int used;

void cpu0(void)
{
	int idx = srcu_read_lock(&readers);

	used = srcu_read_lock_held(&others);
	synchronize_srcu(&others);
	srcu_read_unlock(&readers, idx);
}
