/* Ranges of designators, and what follows them. */
#include <stdio.h>
int a[][2][4] = { [2 ... 4][0 ... 1][2 ... 3] = 1, [2] = 2, [2][0][2] = 3 };
struct I { int J; int K[3]; int L; };
struct M { int N; struct I O[3]; int P; };
struct M n[] = { [0 ... 5].O[1 ... 2].K[0 ... 1] = 4, 5, 6, 7 };
struct M o[] = { [0 ... 5].O = { [1 ... 2].K[0 ... 1] = 4 }, [5].O[2].K[2] = 5, 6, 7 };
struct M p[] = { [0 ... 5].O[1 ... 2].K = { [0 ... 1] = 4 }, [5].O[2].K[2] = 5, 6, 7 };
int q[3][3] = { [0 ... 1] = { [1 ... 2] = 23 }, [1][2] = 24 };
int r[1] = { [0 ... 1 - 1] = 27 };
struct E {};
struct F {
	struct E H;
};
struct G {
	int I;
	struct E J;
	int K;
};
struct H {
	int I;
	struct F J;
	int K;
};
struct G k = { .J = {}, 1 }; struct H l = { .J.H = {}, 2 }; struct H m = { .J = {}, 3 };
#define D(x) do { int *z = (int *)&x; printf(#x " %zu:", sizeof x); for (unsigned i = 0; i < sizeof x / \
	4; i++) printf(" %d", z[i]); printf("\n"); } while (0)
struct s {
	int x, y;
};
struct s arr[] = { [1 ... 3].x = 5, 6, 7 };
int mm[4][4] = { [1 ... 2][1] = 3, 4, [3] = { 1 } };
int bb[] = { [3 ... 5] = 1, 2, [1] = 8, 9 };
int main(void) { D(a); D(n); D(o); D(p); D(q); D(r); D(k); D(l); D(m); D(arr); D(mm); D(bb); return 0; }
