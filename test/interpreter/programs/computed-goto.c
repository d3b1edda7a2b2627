/* Labels as values: a table of them drives a small interpreter. */
#include <stdio.h>
static int run(const unsigned char *code)
{
	static void *const table[] = { &&halt, &&add, &&mul, &&jump_if };
	int acc = 1, count = 0;
	goto *table[*code++];
add:
	acc += *code++;
	goto *table[*code++];
mul:
	acc *= *code++;
	goto *table[*code++];
jump_if:
	if (++count < *code++) {
		code -= 4;
		goto *table[*code++];
	}
	goto *table[*code++];
halt:
	return acc;
}
int main(void)
{
	printf("%d\n", run((unsigned char[]){ 1, 4, 2, 3, 3, 5, 1, 1, 0 }));
	return 0;
}
