/* Function pointers, shadowed names, old definitions, odd orders of specifiers. */
#include <stdio.h>
#include <stddef.h>
typedef int (*op)(int, int);
typedef op ops[4];
typedef struct node node;
struct node {
	node *next;
	int v;
};
typedef int vec[3];
typedef const char *str;
typedef void fnt(int);
typedef int T;
static int add(int a, int b) {
	return a + b;
}
static int sub(int a, int b) {
	return a - b;
}
static op pick(char c) {
	return c == '+' ? add : sub;
}
static int (*pick2(char c))(int, int) {
	return c == '+' ? &add : *sub;
}
static int (*(*deep(void))(char))(int, int) {
	return pick2;
}
static fnt call;
static void call(int x) {
	printf("call %d\n", x);
}
static int sum(const vec v) {
	return v[0] + v[1] + v[2];
}
static int mat(int m[][3], int n) {
	int s = 0;
	for (T i = 0; i < n; i++) s += sum(m[i]);
	return s;
}
static int shadow(void) {
	int T = 5;
	{
		typedef char T;
		T c = 'c';
		(void)c;
	}
	return T;
}
static int apply(int f(int, int), int x) {
	return f(x, x);
}
static const int *const cpc = (const int[]){ 7 };
static int *volatile *restrict_ok;
static char (*parr)[4] = &(char[4]){ "abc" };
static int (*fparr[2])(int, int) = { add, sub };
extern int ext[];
int ext[3] = { 1, 2, 3 };
static int tentative;
static int tentative;
static int tentative = 6;
unsigned long int long_order = 5;
long unsigned lo2 = 6;
int long long lo3 = 7;
const static volatile int cv = 8;
static inline int in1(void) {
	return 9;
}
int old(a, b, c) int a; char b; float c; { return a + b + c; }
static struct {
	struct {
		int a[2];
	}
	in[2];
}
agg = { { { { 1, 2 } }, { { 3, 4 } } } };
enum color { RED, GREEN = 5, BLUE };
static enum color next(enum color c) {
	return c == RED ? GREEN : BLUE;
}
struct fwd;
static int use(struct fwd *p);
struct fwd {
	int z;
};
static int use(struct fwd *p) {
	return p->z;
}
static _Noreturn void die(void) {
	printf("die\n");
	__builtin_exit(3);
}
static __attribute__((const)) int sq(int x) {
	return x * x;
}
static int decl_in_for(void) {
	int r = 0;
	for (struct { int i, j; } s = { 0, 10 }; s.i < s.j; s.i++, s.j--) r++;
	return r;
}
static __thread int tls = 4;
register_t_dummy() {
	return 1;
}
int main(int argc, char **argv)
{
	ops o = { add, sub, [3] = add };
	printf("%d %d %d %d\n", o[1](5, 3), pick('+')(1, 2), pick2('-')(1, 2), deep()('+')(3, 4));
	call(1);
	(*call)(2);
	(**&call)(3);
	vec v = { 1, 2, 3 };
	printf("%d %d %d\n", sum(v), mat((int[][3]){ { 1 }, { 2 } }, 2), shadow());
	node a = { NULL, 1 }, b = { &a, 2 };
	printf("%d\n", b.next->v);
	printf("%d %s %d %d\n", *cpc, *parr, fparr[1](9, 4), ext[2]);
	printf("%d %lu %lu %lld %d %d\n", tentative, long_order, lo2, lo3, cv, in1());
	printf("%d %d\n", old(1, 2, 3.9f), agg.in[1].a[0]);
	printf("%d %d\n", next(RED), next(GREEN));
	printf("%d %d %d %d\n", use(&(struct fwd){ 12 }), sq(7), decl_in_for(), apply(add, 21));
	{
		extern int ext[];
		printf("%d\n", ext[0]);
		{
			int ext = 4;
			printf("%d\n", ext);
		}
	}
	printf("%d\n", tls++);
	printf("%d\n", register_t_dummy());
	T x = sizeof(T), y = (T)3.7, z = (T)-1;
	printf("%d %d %d\n", x, y, z);
	str s = "q";
	s++;
	printf("%d\n", *s);
	int (*const pf)(int, int) = add;
	printf("%d\n", pf == add && *pf == &add);
	if (argc > 100) die();
	goto end;
	int skipped = 5;
	end: skipped = 1;
	printf("%d\n", skipped);
	static int counter;
	if (counter++ < 2) {
		char *none[] = { 0 };
		return main(0, none) + 1;
	}
	return 0;
}
