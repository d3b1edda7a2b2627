/* alloca() lives until the function returns, in a loop too. */
#include <alloca.h>
#include <stdio.h>
struct node { int value; struct node *next; };
static int build(int n)
{
	struct node *list = NULL;
	int total = 0;
	for (int i = 0; i < n; i++) {
		struct node *one = alloca(sizeof(*one));
		*one = (struct node){ i, list };
		list = one;
	}
	for (; list; list = list->next)
		total = total * 3 + list->value;
	return total;
}
int main(void)
{
	printf("%d %d\n", build(5), build(9));
	return 0;
}
