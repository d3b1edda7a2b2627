// SPDX-License-Identifier: MIT
/* Numbers as great as addresses are, and addresses: a report tells one from the other by what the C says. */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <smplab.h>

static long bytes;
static long *place;
static unsigned long seen;

void cpu0(void)
{
	WRITE_ONCE(bytes, 100000);
	WRITE_ONCE(place, &bytes);
}

void cpu1(void)
{
	long *at = xchg(&place, NULL);

	BUG_ON(at != NULL && READ_ONCE(bytes) == 100000 && xchg(&seen, 200000) == 0);
}
