/* Anonymous structs and unions, and initialising through them. */
#include <stdio.h>
struct value { int kind; union { long number; struct { short low, high; }; double real; }; int tail; };
int main(void)
{
	struct value v = { 1, .low = 5, .high = 6, .tail = 9 };
	struct value w = { .number = 0x20001, 7 };
	printf("%d %ld %d %d %d %d %zu\n", v.kind, v.number & 0xffffffff, v.high, v.tail, w.low, w.high, sizeof(v));
	return 0;
}
