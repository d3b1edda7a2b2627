/* Tables of functions, functions that return functions, casts there and back, comparison. */
#include <stdio.h>
static int add(int a, int b) { return a + b; }
static int sub(int a, int b) { return a - b; }
static int (*pick(char c))(int, int) { return c == '+' ? add : sub; }
typedef int (*op_t)(int, int);
static const struct { char name; op_t op; } table[] = { { '+', add }, { '-', &sub } };
int main(void)
{
	void *raw = (void *)add;
	printf("%d %d %d ", pick('+')(2, 3), (*pick('-'))(2, 3), (***table[1].op)(9, 4));
	printf("%d %d\n", ((op_t)raw)(5, 6), pick('+') == table[0].op);
	return 0;
}
