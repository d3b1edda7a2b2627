// UBSAN: shift-out-of-bounds in main, line 6
#include <stdio.h>
int main(void)
{
	int one = 1, amount = 40;
	printf("%d\n", one << amount); // right: printf("%d\n", one << (amount & 31));
	return 0;
}
