/* Bit-fields: signs, widths, wrapping, updates, neighbours, zero width, wider than int. */
#include <stdio.h>
#include <string.h>
struct f { int a : 3; unsigned b : 5; int : 0; unsigned long c : 40; long d : 24; _Bool e : 1; unsigned char g : 7; } __attribute__((aligned(8)));
int main(void)
{
	struct f x;
	struct { long before; struct { int low : 9, high : 7; } in[2]; } y[2] = { { 1, { { 2, 3 }, { 4, 5 } } }, { 6, { { 7, 8 }, { 9, 10 } } } };
	printf("%d %d %d %d\n", y[0].in[1].low, y[1].in[0].high, y[1].in[1].low, y[1].in[1].high);
	memset(&x, 0, sizeof(x));
	x.a = 5;
	x.b = 37;
	x.c = -1;
	x.d = 1l << 23;
	x.e = 4;
	x.g = 127;
	x.g++;
	x.b -= 6;
	x.c <<= 3;
	printf("%d %u %lx %ld %d %d %zu ", x.a, x.b, (unsigned long)x.c, (long)x.d, x.e, x.g, sizeof(x));
	printf("%d %d\n", x.b > -1, (x.c << 30) >> 30 == x.c);
	for (unsigned i = 0; i < sizeof(x); i++)
		printf("%02x", ((unsigned char *)&x)[i]);
	printf("\n");
	return 0;
}
