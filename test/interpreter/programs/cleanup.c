/* __attribute__((cleanup)): on every way out of a scope, the latest first. */
#include <stdio.h>
static void leave(int *p) { printf("-%d ", *p); }
#define guard(n) int guard##n __attribute__((cleanup(leave))) = n
static int f(int how)
{
	guard(1);
	for (int i = 0; i < 3; i++) {
		guard(2);
		if (how == 1 && i == 1)
			break;
		if (how == 2)
			return printf("return ");
		if (how == 3)
			goto out;
		if (i == 0)
			continue;
		guard(3);
	}
	printf("end ");
out:
	return 0;
}
int main(void)
{
	for (int how = 0; how < 4; how++) {
		f(how);
		printf("\n");
	}
	return 0;
}
