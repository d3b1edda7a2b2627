// SPDX-License-Identifier: MIT
/*
 * The address of a local leaves its function.
 * finding: KASAN: stack-use-after-return Read in main
 */
static int *keep(int value)
{
	static int local;

	local = value;
	return &local;
}

int main(void)
{
	return *keep(1) - 1;
}
