// SPDX-License-Identifier: MIT
/*
 * A buffer of a function is written behind its end.
 * finding: KASAN: stack-out-of-bounds Write in fill
 */
static void fill(char *to, int n)
{
	for (int i = 0; i < n; i++)
		to[i] = 'x';
}

int main(void)
{
	char text[12];

	fill(text, 12);
	return text[0] - 'x';
}
