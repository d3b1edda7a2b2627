/* Records in the other byte order. */
#include <stdio.h>
#include <string.h>
#include <stddef.h>
#define BE __attribute__((scalar_storage_order("big-endian")))
enum e { A, B = 300 };
struct BE s {
	unsigned char c;
	short h;
	int i;
	unsigned long l;
	enum e e;
	_Bool b;
	void *p;
	unsigned x : 5, y : 12;
	signed z : 9;
	unsigned long long w : 37;
	char t[4];
};
struct BE pk { char c; int i; long l; unsigned a : 3, b : 11, d : 18; } __attribute__((packed));
struct in { int n; }; struct BE out { int a; struct in in; unsigned short s; };
union BE u { int i; unsigned short s; unsigned char c[4]; };
static struct s g = { 1, -2, 0x12345678, 0x123456789abcdef0UL, B, 1, 0, 21, 0xabc, -5, 0x1234567890ULL,
	"xyz" };
static struct out o = { 1, { 2 }, 3 };
static void dump(const void *p, size_t n) {
	const unsigned char *c = p;
	while (n--) printf("%02x", *c++);
	printf("\n");
}
int main(void)
{
	struct s l = { 1, -2, 0x12345678, 0x123456789abcdef0UL, B, 1, 0, 21, 0xabc, -5, 0x1234567890ULL,
		"xyz" }, *p = &g;
	dump(&g, sizeof g);
	dump(&l, sizeof l);
	dump(&o, sizeof o);
	printf("%d\n", memcmp(&g, &l, offsetof(struct s, t)));
	printf("%d %d %x %lx %d %d %u %u %d %llx %s\n", g.c, g.h, g.i, g.l, g.e, g.b, g.x, g.y, g.z,
		(unsigned long long)g.w, g.t);
	p->i++;
	p->h -= 300;
	p->l ^= 0xff;
	p->y += 4;
	p->z = ~p->z;
	p->w <<= 3;
	p->x--;
	printf("%d %x %lx %u %d %llx %u %d\n", p->h, p->i, p->l, p->y, p->z, (unsigned long long)p->w, p->x,
		p->i);
	dump(&g, offsetof(struct s, p));
	struct pk k = { 'c', -7, 1L << 40, 5, 1000, 99 };
	dump(&k, sizeof k);
	printf("%d %ld %u %u %u %zu\n", k.i, k.l, k.a, k.b, k.d, sizeof k.i);
	o.in.n = 77;
	o.a += o.in.n;
	dump(&o, sizeof o);
	union u u = { .i = 0x01020304 };
	printf("%x %x %x\n", u.i, u.s, u.c[3]);
	u.s = 0xffee;
	printf("%x\n", u.i);
	g.p = &g;
	printf("%d\n", g.p == &g);
	l = g;
	printf("%x\n", l.i);
	return 0;
}
