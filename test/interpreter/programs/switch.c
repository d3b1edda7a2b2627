/* switch: ranges, fall through, 64 bits, cases inside of loops (Duff's device). */
#include <stdio.h>
static const char *classify(long v)
{
	switch (v) {
	case 0: return "zero";
	case 1 ... 9: return "digit";
	case 'a' ... 'z': return "letter";
	case 1l << 40: return "big";
	case -5 ... -1: return "negative";
	default: return "other";
	}
}
static void copy(char *to, const char *from, int count)
{
	int n = (count + 3) / 4;
	switch (count % 4) {
	case 0: do { *to++ = *from++;
	case 3: *to++ = *from++;
	case 2: *to++ = *from++;
	case 1: *to++ = *from++;
		} while (--n > 0);
	}
}
int main(void)
{
	char b[12] = "";
	copy(b, "duff device", 11);
	printf("%s %s %s %s %s %s %s\n", classify(0), classify(7), classify('q'), classify(1l << 40), classify(-3), classify(1000), b);
	return 0;
}
