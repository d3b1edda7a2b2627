/* __builtin_frame_address(0) lies in the function's own frame. */
#include <stdio.h>
static char *inner(void)
{
	volatile char local = 1;
	char *frame = __builtin_frame_address(0);
	long away = frame - (char *)&local;
	return away > -256 && away < 256 ? frame : NULL;
}
int main(void)
{
	printf("%d\n", inner() != NULL);
	return 0;
}
