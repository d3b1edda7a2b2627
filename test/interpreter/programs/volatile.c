/* volatile objects are read and written each time; asm barriers stay harmless. */
#include <stdio.h>
static volatile int port;
static volatile struct { int a; short b; } regs;
int main(void)
{
	int n = 0;
	for (port = 0; port < 5; port++)
		n += port;
	regs.a = 3;
	regs.b = regs.a + 1;
	asm volatile("" : "+r"(n) : : "memory");
	regs.a += n;
	printf("%d %d %d\n", n, regs.a, regs.b);
	return 0;
}
