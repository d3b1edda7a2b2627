/* Flexible array members, zero-length arrays, structs without members. */
#include <stdio.h>
#include <stdlib.h>
struct message { int length; char text[]; };
struct old { int n; int data[0]; };
struct nothing { };
int main(void)
{
	struct message *m = malloc(sizeof(*m) + 6);
	m->length = 5;
	for (int i = 0; i < 5; i++)
		m->text[i] = 'a' + i;
	m->text[5] = 0;
	printf("%zu %zu %zu %s\n", sizeof(*m), sizeof(struct old), sizeof(struct nothing), m->text);
	free(m);
	return 0;
}
