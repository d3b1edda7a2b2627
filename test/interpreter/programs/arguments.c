/* main()'s arguments: one name, and NULL behind it. */
#include <stdio.h>
int main(int argc, char **argv)
{
	printf("%d %d %d\n", argc, argv[0] != NULL, argv[1] == NULL);
	return 0;
}
