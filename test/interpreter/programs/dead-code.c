/* Code that cannot run, and code that looks so: what constants decide, and loops and scopes entered in the middle. */
#include <stdio.h>

extern int nowhere(int *p);
static int one(int *p) { return *p; }
static int side, x = 3;
static void closed(int *p) { *p = 0; side += 100; }

/* The truth of a condition may be constant though it has effects. */
static int decided(int n)
{
	int found = 0;
	if ((side++, n && 0)) {
		int y = n;
		int *p[2] = { &y, &y };
		found += *p[0] + nowhere(&y);
	}
	if ((side++, n || 1)) {
		int y = n;
		found += one(&y);
	} else {
		int y = n;
		found += nowhere(&y);
	}
	while ((side++, n && 0)) {
		int y = n;
		found += nowhere(&y);
	}
	do {
		int y = n;
		found += one(&y);
	} while ((side++, n && 0));
	for (;; (side++, n && 0)) {
		if ((long)(side++, n || 1))
			break;
		int y = n;
		found += nowhere(&y);
	}
	int z = 7;
	found += (side++, n && 0) ? nowhere(&z) : n;
	found += (side++, n && 0) && nowhere(&z);
	return found;
}

/* A cast may change the truth. */
static int cut(int n)
{
	if ((char)(n, 256)) {
		int y = 10;
		return one(&y);
	} else {
		int y = 20;
		return one(&y);
	}
}

static int turned(int n)
{
	if ((double)(n || 1)) {
		int y = 30;
		return one(&y);
	}
	int y = 40;
	return one(&y);
}

static int entered(int n)
{
	int sum = 0;
	goto in;
	while (n > 0) {
		int y = n;
		sum += one(&y);
in:
		n--;
	}
	int z = sum;
	int *p[2] = { &z, &z };
	return *p[1];
}

static int entered_again(int n)
{
	int sum = 0;
	goto in;
	for (;; n--) {
		int y = n;
		sum += one(&y);
		if (n == 1)
			break;
in:
		side++;
	}
	return sum;
}

static int duff(int n)
{
	int turns = (n + 3) / 4, sum = 0;
	switch (n % 4) {
		do {
			int y;
			y = 1;
			sum += one(&y);
	case 3:
			sum += 1;
	case 2:
			sum += 1;
	case 1:
			sum += 1;
		} while (--turns > 0);
	}
	return sum;
}

/* Lowered, but never entered. */
static int never(int n)
{
	switch (sizeof n) {
	case 8:
		while (n) {
			int y = n;
			n = one(&y);
	case 7:
			n--;
		}
	}
	goto in;
	while (0) {
		int y = n;
		n = nowhere(&y);
in:
		n++;
	}
	if (0) {
		n = ({ __label__ out; if (n) goto out; n++; out: n; });
		int y = n;
		n = nowhere(&y);
	}
	return n;
}

/* Whoever jumps over a declaration still runs its cleanup. */
static int jumped_over(int n)
{
	switch (n) {
		int y __attribute__((cleanup(closed)));
	case 1:
		y = n;
		side++;
	}
	return side;
}

/* Records whose length is not known hold their places until the end of the condition. */
static int on_the_way(int n)
{
	struct wide {
		int a[n];
	};
	if ((side += ({ struct wide w; w.a[0] = 5; w; }).a[0], n && 0)) {
		int y = n;
		return nowhere(&y);
	}
	return side;
}

int main(void)
{
	printf("%d ", decided(x));
	printf("%d\n", side);
	printf("%d %d %d %d\n", cut(x), turned(x), entered(5), entered_again(5));
	printf("%d %d %d\n", duff(7), duff(8), never(x));
	printf("%d ", jumped_over(1));
	printf("%d\n", side);
	printf("%d\n", on_the_way(x));
	return 0;
}
