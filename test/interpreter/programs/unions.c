/* Reading another member than was written: representation of floats, bytes of integers. */
#include <stdio.h>
union bits { float f; unsigned u; unsigned char c[4]; struct { unsigned m : 23, e : 8, s : 1; } p; };
int main(void)
{
	union bits b = { .f = -6.25f };
	printf("%x %d %d %x ", b.u, b.p.s, b.p.e, b.p.m);
	b.c[3] ^= 0x80;
	printf("%g %d\n", b.f, ((union { short s; char c; }){ .s = 0x102 }).c);
	return 0;
}
