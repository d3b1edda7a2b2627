/* packed, aligned and #pragma pack, and members that lie across boundaries. */
#include <stddef.h>
#include <stdio.h>
struct a { char c; int i; short s; } __attribute__((packed));
struct b { char c; struct a inner; } __attribute__((aligned(16)));
#pragma pack(push, 2)
struct d { char c; int i; long l; };
#pragma pack(pop)
struct e { char c; int i __attribute__((packed)); long l; };
int main(void)
{
	struct a x[2] = { { 1, 0x12345678, 2 }, { 3, 0x11223344, 4 } };
	x[1].i++;
	printf("%zu %zu %zu %zu %x %x\n", sizeof(struct a), sizeof(struct b), sizeof(struct d), sizeof(struct e), x[0].i, x[1].i);
	printf("%zu %zu %zu %zu\n", offsetof(struct a, s), offsetof(struct b, inner.i), offsetof(struct d, l), offsetof(struct e, i));
	return 0;
}
