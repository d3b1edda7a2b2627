/* exit() from a nested call: functions of atexit() run, the latest first; the value is the program's. */
#include <stdio.h>
#include <stdlib.h>
static void first(void) { printf("first\n"); }
static void second(void) { printf("second\n"); }
static int deep(int n) { if (n == 0) exit(3); return deep(n - 1) + 1; }
int main(void)
{
	atexit(first);
	atexit(second);
	printf("%d\n", deep(4));
	return 0;
}
