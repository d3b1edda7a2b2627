/* __builtin_constant_p, choose_expr, types_compatible_p, offsetof with members of members, expect. */
#include <stdio.h>
struct s { int a; struct { char b; int c[4]; } in[3]; };
#define same(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
static int counted;
int main(void)
{
	int n = 3;
	char *text = __builtin_choose_expr(sizeof(long) == 8, "lp64", 5);
	printf("%d %s %d %d %d ", __builtin_constant_p(3 + 4), text, same(n, 1), same(n, 1u), same(int[3], int[]));
	printf("%zu %zu ", __builtin_offsetof(struct s, in[2].c[1]), __builtin_offsetof(struct s, in[1].b));
	if (__builtin_expect(n++ == 3, counted++))
		printf("%d %d\n", n, counted);
	return 0;
}
