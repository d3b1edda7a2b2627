/* Arrays of arrays, pointers to arrays, negative subscripts, pointer arithmetic. */
#include <stdio.h>
static int grid[3][4] = { { 1, 2, 3, 4 }, { 5, 6, 7, 8 }, { 9 } };
int main(void)
{
	int (*row)[4] = grid + 1, *cell = &grid[2][0], total = 0;
	for (int *p = *grid; p < *(grid + 3); p++)
		total += *p;
	printf("%d %d %d %d %td %td %d\n", total, (*row)[2], row[-1][3], cell[-1], &grid[2] - &grid[0], cell - grid[1], 2[grid[0]]);
	return 0;
}
