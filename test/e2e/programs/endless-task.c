// SPDX-License-Identifier: MIT
void cpu0(void)
{
	int i;

	for (i = 0;; i ^= 1)
		;
}

void cpu1(void)
{
}
