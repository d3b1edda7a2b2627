/* K&R definitions: parameters arrive promoted; implicit int. */
#include <stdio.h>
static average(a, b, f, c)
	int a;
	short b;
	float f;
	char c;
{
	return (a + b + f + c) / 4;
}
static longest();
int main(void)
{
	printf("%d %d\n", average(10, (short)20, 30.5f, 'A'), longest(3, 9, 4));
	return 0;
}
static longest(a, b, c)
{
	return a > b ? (a > c ? a : c) : (b > c ? b : c);
}
