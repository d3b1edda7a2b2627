// SPDX-License-Identifier: MIT
/*
 * An ordinary program decides by memory that nobody has set.
 * finding: KMSAN: uninit-value in main
 */
#include <stdlib.h>

int main(void)
{
	int *p = malloc(2 * sizeof(*p));

	if (p[1])
		p[0] = 1;
	free(p);
	return 0;
}
