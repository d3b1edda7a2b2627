// SPDX-License-Identifier: MIT
int main(void)
{
	int x = 1;

	asm volatile("incl %0" : "+r"(x));
	return x;
}
