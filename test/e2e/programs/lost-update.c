// SPDX-License-Identifier: MIT
int hits;

void setup(void)
{
	hits = 10;
}

void cpu0(void)
{
	hits++;
}

void cpu1(void)
{
	hits++;
}
