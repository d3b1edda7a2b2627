// SPDX-License-Identifier: MIT
#include <linux/atomic.h>
#include <linux/demo.h>

static unsigned long stat;

/* Counts an event. */
void stat_update(void)
{
	stat++;
}

unsigned long stat_read(void)
{
	return stat;
}
