/* Differences of labels in a static table. */
#include <stdio.h>
static const char *name(int i)
{
	static const int table[] = { &&one - &&zero, &&two - &&zero, &&zero - &&zero };
	goto *(&&zero + table[i]);
zero:
	return "zero";
one:
	return "one";
two:
	return "two";
}
int main(void)
{
	printf("%s %s %s\n", name(0), name(1), name(2));
	return 0;
}
