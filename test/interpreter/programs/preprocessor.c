/* Macros: #, ##, variadic, nested, self-referential, __VA_OPT__, __COUNTER__, conditions. */
#include <stdio.h>
#define STR(x) #x
#define XSTR(x) STR(x)
#define CAT(a, b) a##b
#define LOG(fmt, ...) printf(fmt, ##__VA_ARGS__)
#define OPT(a, ...) (a __VA_OPT__(+) __VA_ARGS__)
#define f(x) (x ? f(x - 1) : 0)
#define EMPTY
static int (f)(int x) { return x + 100; }
#if (-1 > 0u) && defined(EMPTY) && !defined NOTHING && (1 ? 2 : (1 / 0))
#define BRANCH 1
#else
#define BRANCH 2
#endif
int main(void)
{
	int CAT(va, lue) = __COUNTER__ + __COUNTER__;
	LOG("%s %s %d ", STR(a "b" \n), XSTR(CAT(1, 2)), value);
	LOG("plain ");
	LOG("%d %d %d %d %d\n", OPT(1), OPT(1, 2), f(1), BRANCH, __LINE__);
	return 0;
}
