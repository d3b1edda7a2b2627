/* Nested and overriding designators, ranges, and what they leave zero. */
#include <stdio.h>
struct point { int x, y; };
struct shape { const char *name; struct point p[3]; union { int i; char c[4]; } u; int tail[]; };
static struct shape s = { .p[1].y = 4, .p[0] = { 1, 2 }, .p[2] = { .y = 9 }, .name = "s", .u.c[2] = 7, .tail = { 1, 2, 3 } };
int main(void)
{
	int a[10] = { [2 ... 5] = 1, [4] = 8, 9, [9] = -1 };
	struct point q[] = { [3] = { 5, 6 }, [1].x = 2, { 7 } };
	for (int i = 0; i < 10; i++)
		printf("%d ", a[i]);
	printf("| %s %d %d %d %d %d %d %x %d | %zu %d %d\n", s.name, s.p[0].x, s.p[0].y, s.p[1].x, s.p[1].y, s.p[2].x, s.p[2].y, s.u.i, s.tail[2], sizeof(q) / sizeof(q[0]), q[1].x, q[2].x);
	return 0;
}
