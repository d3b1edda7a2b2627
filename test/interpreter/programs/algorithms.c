/* Sorting, searching, recursion. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int icmp(const void *a, const void *b) {
	return *(const int *)a - *(const int *)b;
}
static int scmp(const void *a, const void *b) {
	return strcmp(*(char *const *)a, *(char *const *)b);
}
struct rec {
	char name[12];
	int age;
	double w;
};
static int rcmp(const void *a, const void *b) {
	const struct rec *x = a, *y = b;
	return x->age != y->age ? x->age - y->age : strcmp(x->name, y->name);
}
static void swap_generic(void *a, void *b, size_t n) {
	char t[n];
	memcpy(t, a, n);
	memcpy(a, b, n);
	memcpy(b, t, n);
}
static void isort(void *base, size_t n, size_t w, int (*c)(const void *, const void *)) {
	for (size_t i = 1; i < n; i++) for (size_t j = i; j && c((char *)base + (j - 1) * w, (char *)base +
		j * w) > 0; j--) swap_generic((char *)base + (j - 1) * w, (char *)base + j * w, w);
}
static int part(int *a, int l, int h) {
	int p = a[h], i = l - 1;
	for (int j = l; j < h; j++) if (a[j] <= p) {
		i++;
		int t = a[i];
		a[i] = a[j];
		a[j] = t;
	}
	int t = a[i + 1];
	a[i + 1] = a[h];
	a[h] = t;
	return i + 1;
}
static void quick(int *a, int l, int h) { if (l < h) { int p = part(a, l, h); quick(a, l, p - 1); quick(a, p
	+ 1, h); } }
static void msort(int *a, int *t, int n) {
	if (n < 2) return;
	int m = n / 2, i = 0, j = m, k = 0;
	msort(a, t, m);
	msort(a + m, t, n - m);
	while (i < m && j < n) t[k++] = a[i] <= a[j] ? a[i++] : a[j++];
	while (i < m) t[k++] = a[i++];
	while (j < n) t[k++] = a[j++];
	memcpy(a, t, n * sizeof *a);
}
static void radix(unsigned *a, int n) {
	unsigned *t = malloc(n * sizeof *t);
	for (int s = 0; s < 32; s += 8) {
		int c[257] = { 0 };
		for (int i = 0; i < n; i++) c[(a[i] >> s & 255) + 1]++;
		for (int i = 0; i < 256; i++) c[i + 1] += c[i];
		for (int i = 0; i < n; i++) t[c[a[i] >> s & 255]++] = a[i];
		memcpy(a, t, n * sizeof *a);
	}
	free(t);
}
static long gcd(long a, long b) {
	return b ? gcd(b, a % b) : a;
}
static unsigned long modpow(unsigned long b, unsigned long e, unsigned long m) {
	unsigned long r = 1;
	for (b %= m; e; e >>= 1, b = b * b % m) if (e & 1) r = r * b % m;
	return r;
}
static int queens(int n, int row, unsigned c, unsigned d, unsigned e) {
	if (row == n) return 1;
	int r = 0;
	for (unsigned free_ = ~(c | d | e) & ((1u << n) - 1); free_; free_ &= free_ - 1) {
		unsigned b = free_ & -free_;
		r += queens(n, row + 1, c | b, (d | b) << 1, (e | b) >> 1);
	}
	return r;
}
static int ack(int m, int n) {
	return m == 0 ? n + 1 : n == 0 ? ack(m - 1, 1) : ack(m - 1, ack(m, n - 1));
}
static void hanoi(int n, int a, int b, int c, int *moves) {
	if (!n) return;
	hanoi(n - 1, a, c, b, moves);
	++*moves;
	hanoi(n - 1, c, b, a, moves);
}
static int perm(char *s, int k, int *count) {
	if (!s[k]) {
		++*count;
		return s[0] * 3 + s[2];
	}
	int r = 0;
	for (int i = k; s[i]; i++) {
		char t = s[k];
		s[k] = s[i];
		s[i] = t;
		r = r * 7 + perm(s, k + 1, count);
		t = s[k];
		s[k] = s[i];
		s[i] = t;
	}
	return r;
}
static int lev(const char *a, const char *b) {
	int n = strlen(a), m = strlen(b), d[n + 1][m + 1];
	for (int i = 0; i <= n; i++) d[i][0] = i;
	for (int j = 0; j <= m; j++) d[0][j] = j;
	for (int i = 1; i <= n; i++) for (int j = 1; j <= m; j++) {
		int x = d[i - 1][j] + 1, y = d[i][j - 1] + 1, z = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
		d[i][j] = x < y ? x < z ? x : z : y < z ? y : z;
	}
	return d[n][m];
}
int main(void)
{
	int a[200], b[200], t[200];
	unsigned u[200], s = 1;
	for (int i = 0; i < 200; i++) {
		s = s * 1664525 + 1013904223;
		a[i] = b[i] = (int)(s >> 8) % 1000 - 500;
		u[i] = s;
	}
	int c[200];
	memcpy(c, a, sizeof a);
	qsort(a, 200, sizeof *a, icmp);
	quick(b, 0, 199);
	msort(c, t, 200);
	radix(u, 200);
	int bad = 0;
	for (int i = 1; i < 200; i++) bad += a[i - 1] > a[i] || a[i] != b[i] || b[i] != c[i] || u[i - 1] >
		u[i];
	printf("%d %d %d\n", bad, a[0], a[199]);
	int k = a[77];
	int *f = bsearch(&k, a, 200, sizeof *a, icmp);
	printf("%d %d\n", *f == k, bsearch(&(int){ 12345 }, a, 200, sizeof *a, icmp) == NULL);
	char *w[] = { "pear", "fig", "apple", "kiwi" };
	qsort(w, 4, sizeof *w, scmp);
	for (int i = 0; i < 4; i++) printf("%s ", w[i]);
	struct rec r[] = { { "bob", 30, 1.5 }, { "al", 25, 2.5 }, { "cy", 30, 3.5 }, { "ann", 25, 4 } };
	isort(r, 4, sizeof *r, rcmp);
	for (int i = 0; i < 4; i++) printf("%s/%d/%g ", r[i].name, r[i].age, r[i].w);
	printf("\n%ld %lu %d %d\n", gcd(1071, 462), modpow(3, 1000003, 1000000007), queens(8, 0, 0, 0, 0),
		ack(2, 3));
	int m = 0;
	hanoi(10, 1, 2, 3, &m);
	char p[] = "abcde";
	int cnt = 0, h = perm(p, 0, &cnt);
	printf("%d %d %d %d\n", m, cnt, h, lev("kitten sitting", "sitting kitten"));
	char sieve[1000] = { 0 };
	int primes = 0;
	for (int i = 2; i < 1000; i++) {
		if (sieve[i]) continue;
		primes++;
		for (int j = i * i; j < 1000; j += i) sieve[j] = 1;
	}
	printf("%d\n", primes);
	return 0;
}
