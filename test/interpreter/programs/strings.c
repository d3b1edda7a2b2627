/* Escapes, concatenation, wide and UTF strings, characters of several letters. */
#include <stddef.h>
#include <stdio.h>
int main(void)
{
	const char *s = "tab\t" "oct\101" "\x41" "G" "\"q\" \u00e9";
	const wchar_t *w = L"w\u20ac";
	const __CHAR16_TYPE__ u[] = u"\U0001F600";
	const unsigned char *u8 = (const unsigned char *)u8"\u20ac";
	printf("%s %x %zu %x %x %zu %x %x\n", s, w[1], sizeof(L"ab"), u[0], u[1], sizeof(u8"\u20ac"), u8[0], 'ab');
	printf("%d %zu %d\n", '\377', sizeof("a\0b"), L'\xff');
	return 0;
}
