/* Address constants: of members, elements, of what comes later, differences, casts, strings. */
#include <stdio.h>
struct list { struct list *next, *prev; };
struct item { int id; struct list link; int data[3]; };
extern struct item b;
struct item a = { 1, { &b.link, &b.link }, { 10, 11, 12 } };
struct item b = { 2, { &a.link, &a.link }, { 20, 21, 22 } };
static int *p = &a.data[1] + 1, *end = &b.data[3];
static const char *const words[] = { "one", "two" + 1, [3] = "four" };
static long size = (char *)&((struct item *)0)->data[2] - (char *)0;
static char text[] = "ab\0cd", exact[3] = "xyz";
static unsigned long hash = (unsigned long)0x80000000 * 2 + sizeof(text);
int main(void)
{
	struct item *back = (struct item *)((char *)a.link.next - __builtin_offsetof(struct item, link));
	printf("%d %d %d %s %s %d %ld %zu %c %lx\n", back->id, *p, end[-1], words[0], words[1], words[2] == NULL, size, sizeof(text), exact[2], hash);
	return 0;
}
