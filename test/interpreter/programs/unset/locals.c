/* Locals that nobody has set, or not on every way: where they decide something, and where they do not. */
#include <stdio.h>

static int table[8] = { 1, 2, 3 };

static int branch(int a) { int x; if (a > 1) x = 5;
	if (x) return 1;
	return 2; }
static int copied(int a) { int x, y; y = x; if (a) y = 3; return y; }
static int masked(int a) { int x; x = (x & ~0xff) | a; return (x & 0x7f) != 0; }
static int unmasked(int a) { int x; x = (x & ~0xff) | a;
	return (x & 0x17f) != 0 ? a : 0; }
static int shifted(int a) { unsigned x; x = (x >> 8) | ((unsigned)a << 24); return x >> 24 ? a : 0; }
static int unshifted(int a) { unsigned x; x = (x >> 8) | ((unsigned)a << 24);
	return x >> 23 ? a : 0; }
static int subscript(int a) { int i; if (a > 5) i = 2;
	return table[i & 3]; }
static int guarded(int a) { int x, ok = 0; if (a) { x = 2; ok = 1; } if (ok) return x; return 0; }
static int minimum(int n) { int min; for (int i = 0; i < n; i++) if (i == 0 || i < min) min = i; return n > 0 ? min : 0; }
static int chosen(int a) { int x; int y = a ? 7 : x; return y; }
static int unchosen(int a) { int x; int y = a ? x : 7;
	return y == 7 ? 1 : 2; }
static int wide(int a) { long x; if (a > 3) x = a;
	while (x > 5) x--;
	return a; }
static int floating(int a) { double d; if (a > 5) d = 1;
	return d > 0 ? a : 0; }
static int decimal(int a) { _Decimal64 d; if (a > 5) d = 1;
	return d > 0 ? a : 0; }
static int wide_decimal(int a) { _Decimal128 d, e; if (a > 5) d = 1; e = d;
	return e == 2 ? a : 0; }
static int undecided(int a) { struct { _Decimal32 f; _Decimal128 q; } s, t; s.f = 1; t = s; return t.f > 0 ? a : 0; }
static int switched(int a) { int x; switch (a) { case 0: x = 1; break; case 5: x = 2; break; }
	switch (x) { case 1: return 3; case 9: return 4; }
	return 5; }
static int pointed(int a) { int *p; if (a < 5) p = table; return *p; }
static int computed(int a) { int x; int y = (x + a) * 3; y = 4; return y; }
static int negated(int a) { int x; if (a > 3) x = 1;
	return !x ? a : 0; }
static int both(int a) { int x; if (a && (x = a) > 0) return x; return 0; }
static int either(int a) { int x; if (a > 3) x = 0;
	return (a > 3 || x > 2) ? 1 : 0; }
static int narrowed(int a) { char c; if (a > 3) c = 1;
	return c == 3 ? a : 0; }
static int cleared(int a) { int x; x &= 0; return x ? a : 1; }
static int filled(int a) { int x; x |= -1; return x ? a : 1; }
static int again(int a) { int s = 0; for (int i = 0; i < 3; i++) { int x; if (i == a) x = 1; else x = 2; s += x; } return s; }
static void printed(int a) { int x; if (a > 5) x = 2;
	printf("%d\n", x); }

int main(int argc, char **argv)
{
	int s = branch(argc) + copied(argc) + masked(argc) + unmasked(argc) + shifted(argc) + unshifted(argc);
	s += subscript(argc) + guarded(argc) + guarded(0) + minimum(4) + chosen(1) + unchosen(1) + wide(argc);
	s += floating(argc) + decimal(argc) + wide_decimal(argc) + undecided(argc) + switched(argc) + pointed(argc) + computed(argc) + negated(argc) + both(argc) + both(0);
	s += either(argc) + either(4) + narrowed(argc) + cleared(argc) + filled(argc) + again(argc);
	printed(argc);
	return s & 0;
}
