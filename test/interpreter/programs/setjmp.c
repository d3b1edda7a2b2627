/* setjmp() and longjmp(): through frames, twice, values, a volatile local that was changed in between. */
#include <setjmp.h>
#include <stdio.h>
static jmp_buf start;
static void deep(int n)
{
	if (n == 0)
		longjmp(start, 0);
	if (n == 100)
		longjmp(start, 7);
	deep(n - 1);
}
int main(void)
{
	volatile int count = 0;
	int kept = 5;
	int value = setjmp(start);
	count++;
	printf("%d %d %d\n", value, count, kept);
	if (count == 1)
		deep(3);
	if (count == 2)
		deep(100);
	return 0;
}
