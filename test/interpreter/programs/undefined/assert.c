// kernel BUG: abort() in main, line 6
#include <assert.h>
int main(void)
{
	int n = 3;
	assert(n == 4); // right: assert(n == 3);
	return 0;
}
