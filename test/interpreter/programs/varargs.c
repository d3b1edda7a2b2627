/* Variable arguments of all sorts: passed on, copied, structs, long double. */
#include <stdarg.h>
#include <stdio.h>
struct pair { int a; double b; };
static double total(const char *kinds, va_list given)
{
	va_list list;
	double sum = 0;
	va_copy(list, given);
	for (; *kinds; kinds++) {
		switch (*kinds) {
		case 'i': sum += va_arg(list, int); break;
		case 'l': sum += va_arg(list, long); break;
		case 'd': sum += va_arg(list, double); break;
		case 'D': sum += va_arg(list, long double); break;
		case 's': sum += va_arg(list, char *)[0]; break;
		case 'p': { struct pair p = va_arg(list, struct pair); sum += p.a + p.b; } break;
		}
	}
	va_end(list);
	return sum;
}
static double twice(const char *kinds, ...)
{
	va_list list;
	va_start(list, kinds);
	double sum = total(kinds, list) + total(kinds, list);
	va_end(list);
	return sum;
}
int main(void)
{
	printf("%g %g\n", twice("ildsDp", -1, 1l << 40, 2.5f, "A", 0.25L, (struct pair){ 3, 0.5 }), twice("cc"));
	return 0;
}
