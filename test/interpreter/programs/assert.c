/* assert() that holds says nothing, and NDEBUG removes it. */
#include <assert.h>
#include <stdio.h>
static int calls;
static int check(void) { return ++calls; }
int main(void)
{
	assert(check() == 1);
#define NDEBUG
#include <assert.h>
	assert(check() == 99);
	static_assert(sizeof(int) == 4, "int");
	printf("%d\n", calls);
	return 0;
}
