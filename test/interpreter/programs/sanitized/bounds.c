/* Subscripts, with and without a reason to complain. */
#include <stdlib.h>

struct fixed { int head[4]; int count; char name[8]; };
struct trailing { int n; int items[4]; };
struct holder { struct trailing inner; int after; };
union either { int words[2]; char bytes[12]; };
struct unnamed { struct { int a[3]; }; int last; };

static struct fixed global;
static int grid[3][4];
static char letters[32];

static int sum(const int *p, int n)
{
	int s = 0;
	while (n-- > 0)
		s += *p++;
	return s;
}

int main(int argc, char **argv)
{
	struct fixed local = { { 1 }, 2, "x" };
	struct fixed *p = &global;
	struct trailing *t = malloc(sizeof(*t) + 8 * sizeof(int));
	struct holder *h = calloc(1, sizeof(*h));
	struct trailing whole = { 0 };
	union either *u = calloc(1, sizeof(*u));
	struct unnamed *w = calloc(1, sizeof(*w));
	int i = argc + 3, s = 0;
	unsigned char byte = 200;
	long wide = -1;
	int *end;

	s += global.head[i - 1];
	s += global.head[i];
	s += local.head[i];
	s += p->head[i];
	s += p->head[i - 1];
	t->items[i] = 1;
	t->items[i + 3] = 2;
	s += h->inner.items[i];
	h->inner.items[3] = 1;
	s += u->words[i - 2];
	s += w->a[i - 1];
	s += grid[1][i];
	s += grid[1][i - 1];
	s += grid[0][i + 2];
	end = &p->head[i];
	end = &p->head[i - 4];
	s += sum(p->head, i);
	s += (&p->head[0])[i];
	s += *(p->head + i);
	s += i[p->head];
	s += letters[byte & 31];
	s += p->name[byte & 7];
	s += p->name[byte % 9];
	s += p->head[wide + 1];
	s += global.head[wide + 5];
	whole.items[i - 2] = 3;
	for (int j = 0; j < 5; j++)
		s += p->head[j];
	for (int j = 3; j >= 0; j--)
		s += p->head[j];
	for (unsigned j = 4; j-- > 0;)
		s += p->head[j];
	for (int j = 0; j <= 3; j += 2)
		s += p->head[j + 1];
	for (int j = 0; j <= 3; j += 2)
		s += p->head[j + 2];
	if (i < 4)
		s += p->head[i];
	free(t);
	return (s + (end == 0)) & 0;
}
