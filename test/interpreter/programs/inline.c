/* inline, static inline, extern inline, always_inline, noinline, weak and alias. */
#include <stdio.h>
static inline int twice(int n) { return 2 * n; }
inline int thrice(int n) { return 3 * n; }
extern inline int thrice(int n);
static __attribute__((always_inline)) inline int four(int n) { return 4 * n; }
int real(int n) { return n + 1; }
int other(int n) __attribute__((alias("real")));
extern int missing(void) __attribute__((weak));
__attribute__((weak)) int present(void) { return 9; }
static int counter = 3;
extern int named __attribute__((alias("counter")));
int main(void)
{
	named++;
	printf("%d %d %d %d %d %d %d\n", twice(2), thrice(2), four(2), other(2), missing ? missing() : -1, present(), counter);
	return 0;
}
