/* Structs and unions with members of variable size. */
#include <stdio.h>
#include <string.h>
#include <stdarg.h>
#include <stddef.h>
static int total(int n, ...)
{
	struct { char x[n]; short k; } d;
	va_list ap;
	int i, sum = 0;
	va_start(ap, n);
	d = va_arg(ap, typeof(d));
	for (i = 0; i < n; i++) sum += d.x[i];
	sum += d.k;
	sum += va_arg(ap, int);
	d = va_arg(ap, typeof(d));
	for (i = 0; i < n; i++) sum += d.x[i];
	va_end(ap);
	return sum;
}
static int sizes(int n)
{
	struct A { char c[n]; int i; short s; };
	struct B { int i; char c[n]; unsigned a:3, b:7; long l; } ;
	struct C { char c[n]; unsigned a:3, b:7; } __attribute__((packed));
	struct D { struct A a[2]; char t; };
	union U { char c[n]; long l; struct A a; };
	struct E { char head; struct { int x[n]; char y; }; int z; };
	struct F { char c[n]; double d __attribute__((aligned(32))); };
	struct G { int (*p)[n]; char c; };
	n = 1000;
	printf("%zu %zu %zu %zu %zu %zu %zu %zu\n", sizeof(struct A), sizeof(struct B), sizeof(struct C),
		sizeof(struct D), sizeof(union U), sizeof(struct E), sizeof(struct F), sizeof(struct G));
	printf("%zu %zu %zu %zu\n", offsetof(struct A, i), offsetof(struct A, s), offsetof(struct B, l),
		offsetof(struct D, t));
	printf("%zu %zu %zu %zu\n", offsetof(struct E, y), offsetof(struct E, z), offsetof(struct F, d),
		offsetof(struct D, a[1].s));
	printf("%zu %zu %zu\n", _Alignof(struct A), _Alignof(struct B), _Alignof(struct F));
	return 0;
}
static void members(int n)
{
	struct S {
		short k;
		char c[n];
		int v:5;
		unsigned w:11;
		struct {
			int p, q;
		}
		in;
		long a[n];
	}
	s, t, arr[3], *p = &s;
	int i;
	memset(&s, 0, sizeof s);
	s.k = 7; s.v = -3; s.w = 1025; s.in.p = 11; s.in.q = 12;
	for (i = 0; i < n; i++) { p->c[i] = i; p->a[i] = i * 100; }
	t = s;
	arr[0] = s; arr[2] = arr[1] = t; arr[1].in.q++;
	arr[2].v++; arr[2].w += 3;
	printf("%d %d %u %d %d %d %ld\n", t.k, t.v, t.w, t.in.p, t.in.q, t.c[n-1], t.a[n-1]);
	printf("%d %d %u %d %ld\n", arr[2].v, arr[1].v, arr[2].w, arr[1].in.q, arr[2].a[n-1]);
	printf("%td\n", &arr[2] - &arr[0]);
	p = arr; p++; printf("%d\n", p->in.q);
	t = ({ struct S b; b = arr[1]; b.k = 99; b; });
	printf("%d %d\n", t.k, t.in.q);
	for (i = 0; i < 1000; i++) t = ({ struct S b; b = arr[1]; b.k = i; b; });
	printf("%d\n", t.k);
}
static int byvalue(int n, struct { int a[n]; } *s) { return s->a[n-1]; }
static int loop(int n) {
	int i, r = 0;
	for (i = 0; i < 2000; i++) {
		struct {
			char a[n];
			int z;
		}
		x;
		memset(&x,1,sizeof x);
		x.z = i;
		r += total(n, x, 3, x);
	}
	return r;
}
int main(void)
{
	int n = 5;
	struct { char x[n]; short k; } a, b;
	memset(&a, 1, sizeof a); memset(&b, 2, sizeof b); a.k = 1000;
	printf("%d\n", total(n, a, 50, b));
	printf("%d\n", total(n, ({ a; }), 50, b));
	sizes(3); sizes(8); sizes(13); sizes(1);
	members(3); members(17);
	int arr[4] = {1,2,3,4};
	printf("%d\n", byvalue(4, (void *)arr));
	return 0;
}
