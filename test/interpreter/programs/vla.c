/* Variable-length arrays: sizeof, two dimensions, parameters, a fresh one in each round. */
#include <stdio.h>
static int sum(int rows, int columns, int a[rows][columns])
{
	int total = 0;
	for (int i = 0; i < rows; i++)
		for (int k = 0; k < columns; k++)
			total += a[i][k];
	return total;
}
int main(void)
{
	for (int n = 1; n < 5; n++) {
		int a[n][n + 1];
		for (int i = 0; i < n; i++)
			for (int k = 0; k <= n; k++)
				a[i][k] = i * 10 + k;
		printf("%d %zu %zu %d\n", n, sizeof(a), sizeof(a[0]), sum(n, n + 1, a));
	}
	return 0;
}
