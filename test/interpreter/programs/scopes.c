/* Shadowing, tags and typedefs of inner scopes, a label and a variable of one name. */
#include <stdio.h>
typedef int T;
struct s { int a; };
static int x = 1;
int main(void)
{
	T T = 5;
	int total = x + T;
	{
		int x = x = 10;
		struct s { char c[7]; };
		enum { E = 3 };
		total += x + sizeof(struct s) + E;
		{
			extern int shared;
			total += shared;
		}
	}
	for (int x = 0; x < 2; x++)
		total += x;
	goto total;
total:
	printf("%d %zu %d\n", total, sizeof(struct s), x);
	return 0;
}
int shared = 100;
