/* Enumerations: values, types of enumerators and objects, negative and large ones, packed. */
#include <stdio.h>
enum a { A, B = 5, C, D = -2, E };
enum big { BIG = 0x80000000u, BIGGER };
enum huge { HUGE = 1ul << 40 };
enum small { S1, S2 } __attribute__((packed));
int main(void)
{
	enum a x = E;
	enum big y = BIGGER;
	printf("%d %d %d %u %zu %zu %zu %zu %d\n", A, C, x, y, sizeof(enum a), sizeof(enum big), sizeof(enum huge), sizeof(enum small), y > 0);
	return 0;
}
