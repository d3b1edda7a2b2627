// SPDX-License-Identifier: MIT
static int n;

int main(void)
{
	for (;;)
		n++;
}
