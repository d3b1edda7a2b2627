// kernel BUG: abort() in main, line 5
#include <stdlib.h>
int main(int argc, char **argv)
{
	if (argc == 1) abort(); // right: if (argc == 2) abort();
	return 0;
}
