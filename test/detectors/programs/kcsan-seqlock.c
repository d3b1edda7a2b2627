// SPDX-License-Identifier: MIT
/*
 * A reader looks again if a writer came in between, but for one access that it makes behind its last look.
 * finding: KCSAN: data-race in cpu0 / cpu1
 */
#include <linux/seqlock.h>

static DEFINE_SEQLOCK(lock);
static int low, high;
static int seen;

void cpu0(void)
{
	write_seqlock(&lock);
	low = 1;
	high = 1;
	write_sequnlock(&lock);
}

void cpu1(void)
{
	unsigned int seq;
	int sum;

	do {
		seq = read_seqbegin(&lock);
		sum = low + high;
	} while (read_seqretry(&lock, seq));
	seen = sum + high;
}
