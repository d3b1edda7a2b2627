// SPDX-License-Identifier: MIT
/*
 * The limit is stored before it is known, and another function goes by it.
 * finding: KMSAN: uninit-value in full
 */
static int limit;
static int used;

static void configure(const int *wanted)
{
	limit = *wanted;
}

static int full(void)
{
	return used >= limit;
}

int main(void)
{
	int wanted;

	wanted = 8;
	configure(&wanted);
	if (full())
		return 1;
	return 0;
}
