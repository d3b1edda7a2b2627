// SPDX-License-Identifier: MIT
/*
 * An ordinary program gives its memory back twice.
 * finding: KASAN: double-free in main
 */
#include <stdlib.h>

int main(void)
{
	int *p = malloc(sizeof(*p));

	free(p);
	free(p);
	return 0;
}
