// SPDX-License-Identifier: MIT
/*
 * A table is read behind its end.
 * finding: KASAN: global-out-of-bounds Read in main
 */
static const int table[6] = { 1, 2, 3, 4, 5, 6 };

int main(void)
{
	int sum = 0;

	for (int i = 1; i <= 6; i++)
		sum += table[i];
	return sum - 20;
}
