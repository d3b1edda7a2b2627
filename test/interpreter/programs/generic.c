/* _Generic picks by type; qualifiers and arrays of the operand decay. */
#include <stdio.h>
#define kind(x) _Generic((x), char: "char", int: "int", unsigned long: "ulong", double: "double", char *: "char *", const char *: "const char *", default: "other")
int main(void)
{
	const int c = 1;
	char text[4] = "abc";
	printf("%s %s %s %s ", kind(c), kind('a'), kind((char)1), kind(sizeof(c)));
	printf("%s %s %s %s\n", kind(1.5), kind(text), kind((const char *)text), kind(1.5f));
	return 0;
}
