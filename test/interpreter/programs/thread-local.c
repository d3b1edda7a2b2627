/* __thread variables are initialised for the one thread there is. */
#include <stdio.h>
static __thread int a = 3;
_Thread_local int b;
static int bump(void) { static __thread int c = 10; return c++; }
int main(void)
{
	a += 2;
	b = bump() + bump();
	printf("%d %d %d\n", a, b, bump());
	return 0;
}
