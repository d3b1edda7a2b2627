/* Jumps into and out of blocks and loops, also backwards over declarations. */
#include <stdio.h>
int main(void)
{
	int i = 0, n = 0;
	goto middle;
again:
	while (i < 10) {
		int twice = i * 2;
		n += twice;
middle:
		i++;
		if (i == 5)
			goto out;
	}
	printf("%d %d\n", i, n);
	return 0;
out:
	n += 1000;
	goto again;
}
