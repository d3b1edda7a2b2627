/* malloc, calloc, realloc, free. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(void)
{
	int *a = calloc(4, sizeof(*a)), sum = 0;
	for (int i = 0; i < 4; i++)
		sum += a[i];
	a = realloc(a, 100 * sizeof(*a));
	for (int i = 4; i < 100; i++)
		a[i] = i;
	a[0] = 1;
	a = realloc(a, 8 * sizeof(*a));
	for (int i = 0; i < 8; i++)
		sum += a[i];
	char *copy = strdup("copy");
	printf("%d %s %d %d\n", sum, copy, calloc((size_t)-1, 16) == NULL, (unsigned long)a % 16 == 0);
	free(copy);
	free(a);
	free(NULL);
	return 0;
}
