// Decimal floating point: its types, constants, conversions and builtins, as bits.
#include <stdio.h>
#include <string.h>
static void p32(const char *s, _Decimal32 x) { unsigned u; memcpy(&u, &x, 4); printf("%s %08x\n", s, u); }
static void p64(const char *s, _Decimal64 x) { unsigned long u; memcpy(&u, &x, 8); printf("%s %016lx\n", s, u); }
static void p128(const char *s, _Decimal128 x) { unsigned long u[2]; memcpy(u, &x, 16); printf("%s %016lx%016lx\n", s, u[1], u[0]); }
struct S { char c; _Decimal32 a; _Decimal64 b; char d; _Decimal128 q; };
_Decimal64 g = 1.50dd; _Decimal128 gq = 1.25dl; _Decimal32 arr[3] = { 1, 2.5df, -0.df };
static struct S gs = { 1, 1.1df, 2.2dd, 3, 4.4dl };
_Decimal128 addq(_Decimal128 a, _Decimal64 b, _Decimal32 c) { return a + b * c; }
_Decimal64 vsum(int n, ...) { __builtin_va_list ap; _Decimal64 s = 0; __builtin_va_start(ap, n); for (int i = 0; i < n; i++) s += __builtin_va_arg(ap, _Decimal64); __builtin_va_end(ap); return s; }
_Decimal128 vsumq(int n, ...) { __builtin_va_list ap; _Decimal128 s = 0; __builtin_va_start(ap, n); for (int i = 0; i < n; i++) { s += __builtin_va_arg(ap, _Decimal128); s -= __builtin_va_arg(ap, _Decimal32); } __builtin_va_end(ap); return s; }
union U { _Decimal64 d; unsigned long u; } uu = { 7.00dd };
static void basics(void)
{
	_Decimal64 x = 3, y = 0.1dd;
	_Decimal32 f = 7;
	_Decimal128 q = 2;
	p64("add", x + y);
	p64("sub", x - y);
	p64("mul", x * y);
	p64("div", x / 7);
	p64("g", g);
	p32("arr", arr[1] + arr[0]);
	p32("neg", arr[2]);
	p128("gq", gq + q);
	p128("addq", addq(q, x, f));
	p64("v", vsum(3, 1.5dd, x, y));
	p128("vq", vsumq(2, q, f, gq, 1.0df));
	x++;
	p64("x++", x);
	p64("x--", x--);
	p64("x", x);
	q += x;
	p128("q+=", q);
	p128("q++", q++);
	p128("++q", ++q);
	p128("-q", -q);
	f *= 2;
	p32("f*=", f);
	int i = 5;
	i += x;
	printf("%d\n", i);
	i *= 1.5dd;
	printf("%d\n", i);
	printf("%d %d %d %d\n", !x, !y, !!q, !(q - q));
	printf("%d\n", x && y ? 1 : 2);
	if (x - x) printf("bad\n"); else printf("ok\n");
	while (x > 0) { x -= 1; printf("w"); }
	printf("\n");
	struct S s = gs;
	s.q += s.b;
	p128("s.q", s.q);
	p32("s.a", s.a);
	p64("s.b", s.b);
	struct S *ps = &s;
	ps->a++;
	p32("ps", ps->a);
	printf("%zu %zu %zu %zu\n", sizeof s, _Alignof(_Decimal128), sizeof(_Decimal32), __builtin_offsetof(struct S, q));
	printf("%lx %g %f %f\n", uu.u, (double)uu.d, (double)(float)1.1df, (double)q);
	p64("d", 0.1);
	p64("f", 0.1f);
	p32("d", 1e10);
	p64("i", 12345678901234567L);
	p64("u", -1UL);
	p128("L", -1UL);
	p32("L", 123456789);
	printf("%d %u %ld %lu %d %d\n", (int)-2.9dd, (unsigned)3e9dd, (long)1e18dd, (unsigned long)18e18dl, (signed char)100.7df, (_Bool)0.1df);
	volatile _Decimal64 v = 0;
	p64("inf", 1 / v);
	p64("nan", v / v);
	printf("%d%d%d\n", v/v == v/v, v/v != v/v, v/v < 1);
	_Decimal128 r = i ? q : x;
	p128("?:", r);
	r = i ? 1.5dd : 2.0dl;
	p128("?:", r);
	p128("gnu", q ?: 1);
	p128("comma", (i, q));
	p128("se", ({ _Decimal128 z = q; z * z; }));
	_Decimal128 qa[3] = { 1, 2, [2] = q }
	;
	qa[1] /= 3;
	p128("qa", qa[1] + qa[2]);
	static const _Decimal64 k = 1.dd / 3;
	p64("k", k);
}

static void builtins(void)
{
	volatile _Decimal64 x=-1.5dd, n=__builtin_nand64(""), i=__builtin_infd64();
	volatile _Decimal32 y=2;
	volatile _Decimal128 q=-3;
	p64("inf",__builtin_infd64());
	p32("inf",__builtin_infd32());
	p128("inf",__builtin_infd128());
	p64("nan",__builtin_nand64(""));
	p64("nan5",__builtin_nand64("5"));
	p64("nanx",__builtin_nand64("0x1f"));
	p32("nan",__builtin_nand32("12"));
	p128("nan",__builtin_nand128("123456789012345678901"));
	p64("fabs",__builtin_fabsd64(x));
	p128("fabs",__builtin_fabsd128(q));
	p32("f",__builtin_fabsd32(-y));
	p64("sn",__builtin_nansd64(""));
	static _Decimal64 sn = __builtin_nansd64("7");
	unsigned long u;
	memcpy(&u,&sn,8);
	printf("%lx\n",u);
	printf("%d %d %d %d %d\n", __builtin_isnan(n), __builtin_isnan(x), !!__builtin_signbit(x), !!__builtin_signbit(y), !!__builtin_signbit(q));
	printf("%d %d %d\n", __builtin_isnand64(n), __builtin_isinfd64(i), __builtin_isinfd64(-i));
	printf("%d %d %d %d %d %d\n", __builtin_isless(x,y), __builtin_isunordered(x,n), __builtin_isgreater(n,1), __builtin_islessgreater(x,x), __builtin_isgreaterequal(y,q), __builtin_islessequal(2,y));
	printf("%d %d %d\n", __builtin_classify_type(x), __builtin_types_compatible_p(_Decimal64,_Decimal64), _Generic(x+y, _Decimal32:1,_Decimal64:2,default:3));
	typedef float D32 __attribute__((mode(SD)));
	typedef float D64 __attribute__((mode(DD)));
	typedef float D128 __attribute__((mode(TD)));
	D32 a=1;
	D64 b=2;
	D128 c=3;
	printf("%zu%zu%zu\n",sizeof a,sizeof b,sizeof c);
	p128("m",a/c);
	p64("m",b/7);
	_Decimal64 v = 10;
	v /= 4;
	p64("v",v);
	_Atomic _Decimal64 at = 1;
	at += 2.5dd;
	p64("at", at);
	_Atomic _Decimal32 at3 = 1;
	at3++;
	p32("at3", at3);
	printf("%d\n", 2.5dd > 2 && y < 3.1dl);
	do { y -= 1; } while (y);
	p32("y",y);
	for (_Decimal32 k = 0; k < 1; k += 0.25df) printf(".");
	printf("\n");
	_Bool bb = q;
	bb = q - q;
	printf("%d\n", bb);
	enum { E = (int)2.9dd }
	;
	printf("%d\n", E);
	switch ((int)x) { case -1: printf("m\n"); }
	struct { unsigned f : 5; long g : 40; } s;
	s.f = 17.9dd;
	s.g = -123456789.dd;
	printf("%u %ld\n", s.f, (long)s.g);
	p64("bf", s.f + 0.5dd);
	p64("bg", s.g * 1.5dd);
	char ch = 'a';
	ch += 1.9dd;
	printf("%c\n", ch);
	short sh = 3;
	sh *= 2.5df;
	printf("%d\n", sh);
	int arr[3] = {1,2,3}
	;
	p64("idx", arr[(int)1.5dd] / 0.3dd);
}

int main(void)
{
	basics();
	builtins();
	return 0;
}
