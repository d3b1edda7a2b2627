/* Computed goto, label differences, case ranges, Duff's device. */
#include <stdio.h>
enum { PUSH, ADD, MUL, JNZ, DUP, DEC, SWAP, PRINT, HALT, OVER, POP };
static long run(const int *code)
{
	static const void *const table[] = { [PUSH] = &&push, [ADD] = &&add, [MUL] = &&mul, [JNZ] = &&jnz,
		[DUP] = &&dup, [DEC] = &&dec, [SWAP] = &&swap, [PRINT] = &&print, [HALT] = &&halt, [OVER] =
		&&over, [POP] = &&pop };
	long stack[32], *sp = stack; const int *pc = code; int steps = 0;
#define NEXT do { steps++; goto *table[*pc++]; } while (0)
	NEXT;
push: *sp++ = *pc++; NEXT;
add: sp--; sp[-1] += sp[0]; NEXT;
mul: sp--; sp[-1] *= sp[0]; NEXT;
dup: sp[0] = sp[-1]; sp++; NEXT;
over: sp[0] = sp[-2]; sp++; NEXT;
dec: sp[-1]--; NEXT;
pop: sp--; NEXT;
swap: { long t = sp[-1]; sp[-1] = sp[-2]; sp[-2] = t; } NEXT;
jnz: { int o = *pc++; if (*--sp) pc += o; } NEXT;
print: printf("%ld\n", sp[-1]); NEXT;
halt: printf("steps %d\n", steps); return sp[-1];
}
static int offsets(int n) {
	static const int off[] = { &&a - &&a, &&b - &&a, &&c - &&a };
	goto *(&&a + off[n]);
	a: return 10;
	b: return 20;
	c: return 30;
}
static int loc(int n) {
	__label__ out, again;
	int r = 0;
	void *t = n > 5 ? &&out : &&again;
	again: r += n--;
	if (n > 0) goto *t;
	out: return r;
}
static int nested(int x) {
	int r = 0;
	for (int i = 0; i < 3; i++) { for (int j = 0; j < 3; j++) { if (i * j == x) goto found; r++; } }
		return -r;
	found: return r;
}
static int duff(char *to, const char *from, int count) {
	int n = (count + 7) / 8, k = 0;
	switch (count % 8) {
		case 0: do {
			*to++ = *from++;
			k++;
			case 7: *to++ = *from++;
			k++;
			case 6: *to++ = *from++;
			k++;
			case 5: *to++ = *from++;
			k++;
			case 4: *to++ = *from++;
			k++;
			case 3: *to++ = *from++;
			k++;
			case 2: *to++ = *from++;
			k++;
			case 1: *to++ = *from++;
			k++;
		} while (--n > 0);
	}
	return k;
}
static const char *range(int c) { switch (c) { case 'a' ... 'f': return "a-f"; case '0' ... '9': return
	"digit"; case -5 ... -1: return "neg"; case 1000 ... 100000: return "big"; default: return "other";
	} }
int main(void)
{
	const int fact[] = { PUSH, 1, PUSH, 10, SWAP, OVER, MUL, SWAP, DEC, DUP, JNZ, -8, POP, PRINT, HALT
		};
	printf("%ld\n", run(fact));
	printf("%d %d %d\n", offsets(0), offsets(1), offsets(2));
	printf("%d %d\n", loc(3), loc(8));
	printf("%d %d\n", nested(4), nested(9));
	char b[40] = { 0 }; printf("%d %s\n", duff(b, "abcdefghijklmnopqrstuvwxyz", 19), b);
	printf("%s %s %s %s %s\n", range('c'), range('7'), range(-3), range(50000), range(200));
	int i = 0; do { if (i == 2) continue; printf("%d ", i); } while (++i < 4); printf("\n");
	switch (i) { int hidden; case 4: hidden = 5; printf("%d\n", hidden); }
	unsigned long long ull = 1ULL << 40;
	switch (ull) {
		case 1ULL << 40: printf("wide\n");
		break;
		case 0: printf("zero\n");
	}
	return 0;
}
