/* Bytes of a source that is no UTF-8 stay the bytes they are. */
#include <stdio.h>
static const char text[] = "aÿbä", good[] = "Ã¤";
int main(void)
{
	printf("%zu %d %d %zu %d\n", sizeof(text), text[1], text[3], sizeof(good), (unsigned char)good[1]);
	return 0;
}
