/* Accesses at odd addresses, promised and not. */
#include <stdlib.h>
#include <string.h>

struct plain { char c; int i; long l; };
struct packed { char c; int i; long l; short s[3]; } __attribute__((packed));
struct partly { char c; int i __attribute__((packed)); short s; };
typedef int any_int __attribute__((aligned(1)));

static char room[64] __attribute__((aligned(16)));
static struct packed many[3];

static int get(const int *p)
{
	return *p;
}

static void set(long *p, long value)
{
	*p = value;
}

static short third(struct packed *p, int i)
{
	return p->s[i];
}

int main(int argc, char **argv)
{
	struct packed one = { 1, 2, 3, { 4, 5, 6 } };
	struct partly part = { 1, 2, 3 };
	double d;
	int s = 0;

	s += one.i + (int)one.l + one.s[argc];
	one.i += 5;
	one.l++;
	part.i = 7;
	part.s = 8;
	s += many[argc].i + many[argc + 1].s[0];
	s += third(&many[argc], 1);
	s += *(any_int *)(room + 3);
	s += get((int *)(room + 4));
	s += get((int *)(room + 6));
	s += *(short *)(room + argc);
	s += *(short *)(room + argc + 1);
	set((long *)(room + 8), 1);
	set((long *)(room + 12), 1);
	*(int *)(room + 21) = 1;
	((struct packed *)(room + 1))->i = 3;
	((int *)(room + 2))[argc] = 3;
	*(float *)(room + 17) = 1;
	*(double *)(room + 20) = 1;
	*(double *)(room + 24) = 1;
	room[3] = 1;
	*(volatile int *)(room + 33) = 1;
	memcpy(&d, room + 5, sizeof(d));
	return s & 0;
}
