/* Operands of operators are evaluated from left to right, as gcc does. */
#include <stdio.h>
static int trace;
static int t(int n) { trace = trace * 10 + n; return n; }
int main(void)
{
	int a[3] = { 0 };
	int sum = t(1) + t(2) * t(3);
	a[0] = t(4) ? t(5), t(6) : 0;
	printf("%d %d %d\n", sum, a[0], trace);
	return 0;
}
