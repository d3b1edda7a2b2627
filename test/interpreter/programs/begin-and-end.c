/* Constructors and destructors, forward declarations of parameters, argument packs, and SIGFPE. */
#include <stdio.h>
#include <stdlib.h>
#include <stdarg.h>
#include <signal.h>
#include <setjmp.h>
static void __attribute__((constructor)) c_last(void) { puts("c last"); }
static void __attribute__((constructor(102))) c_second(void) { puts("c second"); }
__attribute__((constructor(101))) void c_first(void) { puts("c first"); }
static void __attribute__((destructor)) d_first(void) { puts("d first"); }
static void __attribute__((destructor)) d_first2(void) { puts("d first2"); }
static void __attribute__((destructor(101))) d_last(void) { puts("d last"); }
static void __attribute__((destructor(102))) d_second(void) { puts("d second"); }
int fwd(int n; int a[n], int n) { return sizeof(a[0]) * n + a[n - 1]; }
int fwd2(int n; int m; int a[n][m], int n, int m) { return sizeof(a[0]) + a[n - 1][m-1]; }
extern int printf(const char *, ...);
asm("");
__asm__("   ");
static int inner(const char *f, ...) {
	va_list ap;
	int s = 0, v;
	va_start(ap, f);
	while ((v = va_arg(ap, int)) >= 0) s = s * 10 + v;
	va_end(ap);
	return s;
}
extern inline __attribute__((always_inline, gnu_inline)) int outer(int k, ...) {
	printf("len %d\n", __builtin_va_arg_pack_len());
	return k ? inner("", 7, 8, __builtin_va_arg_pack()) : inner("", __builtin_va_arg_pack());
}
static jmp_buf env;
static void fpe(int n) { printf("signal %d\n", n); longjmp(env, 1); }
int zero;
int main(void)
{
	int a[] = {1,2,3,4}; int b[2][3] = {{1,2,3},{4,5,6}};
	printf("%d %d\n", fwd(a, 4), fwd2(b, 2, 3));
	printf("%d\n", outer(0, 1, 2, 3, -1));
	printf("%d\n", outer(1, 1, 2, 3, -1));
	signal(SIGFPE, fpe);
	if (!setjmp(env)) printf("%d\n", 5 / zero); else puts("caught");
	signal(SIGFPE, SIG_DFL);
	atexit(c_last);
	return 0;
}
