// UBSAN: invalid-load in main, line 7
#include <string.h>
int main(void)
{
	_Bool set;
	memset(&set, 0xff, sizeof(set)); // right: memset(&set, 0x01, sizeof(set));
	return set ? 0 : 1;
}
