/* <ctype.h>: all classes of all characters, as a checksum. */
#include <ctype.h>
#include <stdio.h>
int main(void)
{
	unsigned sum = 0;
	for (int c = 0; c < 128; c++) {
		int bits = !!isalnum(c) | !!isalpha(c) << 1 | !!isblank(c) << 2 | !!iscntrl(c) << 3 | !!isdigit(c) << 4 | !!isgraph(c) << 5;
		bits |= !!islower(c) << 6 | !!isprint(c) << 7 | !!ispunct(c) << 8 | !!isspace(c) << 9 | !!isupper(c) << 10 | !!isxdigit(c) << 11;
		sum = sum * 31 + bits + toupper(c) + tolower(c) * 3;
	}
	printf("%u\n", sum);
	return 0;
}
