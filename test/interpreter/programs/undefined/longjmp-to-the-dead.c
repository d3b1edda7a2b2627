// BUG: longjmp() to a function that has returned in main, line 12
#include <setjmp.h>
static jmp_buf buffer;
static int done;
static void mark(void)
{
	setjmp(buffer);
}
int main(void)
{
	mark();
	if (!done++) longjmp(buffer, 1); // right: ;
	return 0;
}
