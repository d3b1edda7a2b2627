/* Variable arguments of all kinds, va_copy, and macros with variable arguments. */
#include <stdio.h>
#include <stdarg.h>
#include <string.h>
#include <stdint.h>
struct big {
	long a, b, c;
};
struct small {
	char c[3];
};
struct fl {
	float x;
	double y;
};
union un {
	int i;
	double d;
};
static void mix(const char *f, ...)
{
	va_list ap, copy; va_start(ap, f); va_copy(copy, ap);
	for (; *f; f++) switch (*f) {
	case 'i': printf("%d ", va_arg(ap, int));
	break;
	case 'l': printf("%ld ", va_arg(ap, long));
	break;
	case 'd': printf("%g ", va_arg(ap, double));
	break;
	case 's': printf("%s ", va_arg(ap, char *));
	break;
	case 'B': { struct big b = va_arg(ap, struct big); printf("{%ld %ld %ld} ", b.a, b.b, b.c); break; }
	case 'S': { struct small s = va_arg(ap, struct small); printf("{%.3s} ", s.c); break; }
	case 'F': { struct fl s = va_arg(ap, struct fl); printf("{%g %g} ", s.x, s.y); break; }
	case 'U': printf("%d ", va_arg(ap, union un).i);
	break;
	case 'L': printf("%Lg ", va_arg(ap, long double));
	break;
	case 'p': printf("%d ", *va_arg(ap, int *));
	break;
	case 'c': printf("%c ", va_arg(ap, int));
	break;
	case 'f': printf("%d ", va_arg(ap, int (*)(int))(3));
	break;
	}
	printf("| %d\n", va_arg(copy, int)); va_end(copy); va_end(ap);
}
static int twice(int x) { return 2 * x; }
static int vsum(int n, va_list ap) { int s = 0; while (n--) s += va_arg(ap, int); return s; }
static int sum(int n, ...) {
	va_list ap;
	va_start(ap, n);
	int a = vsum(n / 2, ap);
	va_end(ap);
	va_start(ap, n);
	int b = vsum(n, ap);
	va_end(ap);
	return a * 1000 + b;
}
static int psum(int n, va_list *ap) { int s = 0; while (n--) s += va_arg(*ap, int); return s; }
static int sum2(int n, ...) {
	va_list ap;
	va_start(ap, n);
	int a = psum(2, &ap);
	int b = psum(n - 2, &ap);
	va_end(ap);
	return a * 1000 + b;
}
static char *fmt(char *b, size_t n, const char *f, ...) {
	va_list ap;
	va_start(ap, f);
	int r = vsnprintf(b, n, f, ap);
	va_end(ap);
	sprintf(b + strlen(b), "<%d>", r);
	return b;
}
static double avg(int n, ...) {
	va_list a;
	va_start(a, n);
	double s = 0;
	for (int i = 0; i < n; i++) s += i & 1 ? va_arg(a, int) : va_arg(a, double);
	va_end(a);
	return s / n;
}
#define COUNT(...) COUNT_(0, ##__VA_ARGS__, 5, 4, 3, 2, 1, 0)
#define COUNT_(z, a, b, c, d, e, n, ...) n
#define LOG(fmt, args...) printf("[" fmt "]\n", ##args)
#define F(X, ...) f(X __VA_OPT__(,) __VA_ARGS__)
static int f(int x, ...) { return x; }
int main(void)
{
	int v = 77;
	mix("iildscBSFULpf", 1, 2, 3L, 4.5, "str", 'c', (struct big){ 1, 2, 3 }, (struct small){ "abc" },
		(struct fl){ 1.5f, 2.5 }, (union un){ .i = 9 }, 1.25L, &v, twice);
	mix("iiiiiiiiii", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
	mix("idddddddd", 1, 2., 3., 4., 5., 6., 7., 8., 9.);
	mix("ic", (short)-3, (char)'x');
	mix("id", 3, 1.5f);
	printf("%d %d\n", sum(6, 1, 2, 3, 4, 5, 6), sum2(5, 1, 2, 3, 4, 5));
	char b[100];
	puts(fmt(b, 10, "%s-%d", "hello world", 5));
	puts(fmt(b, 100, "%5.1f|%-5d|%05d|%+d|%#x|%e", 3.14159, 42, 42, 42, 255, 12345.678));
	printf("%g\n", avg(4, 1.0, 2, 3.0, 4));
	printf("%d %d %d\n", COUNT(), COUNT(a), COUNT(a, b, c));
	LOG("x");
	LOG("%d %d", 1, 2);
	printf("%d %d\n", F(1), F(2, 3));
	int (*vp)(int, ...) = sum; printf("%d\n", vp(2, 10, 20)); return 0;
}
