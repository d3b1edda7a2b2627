/* Values that the C leaves without meaning. */
#include <string.h>

enum colour { RED, GREEN };
struct flags { _Bool on; _Bool off : 1; };

static int shift(int value, int by)
{
	return value << by;
}

static long down(long value, unsigned by)
{
	return value >> by;
}

static int filled(int n)
{
	char bytes[n];
	return sizeof(bytes) > 100;
}

int main(int argc, char **argv)
{
	struct flags f;
	_Bool b;
	enum colour c;
	int s = 0;

	memset(&f, 3, sizeof(f));
	s += f.on;
	s += f.off;
	f.on = argc + 5;
	s += f.on;
	memset(&b, argc, 1);
	s += b;
	memset(&b, argc + 1, 1);
	s += b;
	b = argc + 1;
	s += b;
	memset(&c, 77, sizeof(c));
	s += c == RED;
	s += shift(argc, 31);
	s += shift(argc, 32);
	s += shift(argc, -1);
	s += shift(-argc, 3);
	s += down(argc, 63);
	s += down(argc, 64);
	s += __builtin_ctz(argc);
	s += __builtin_ctz(argc - 1);
	s += __builtin_clzl(argc - 1);
	s += __builtin_clzll(argc);
	s += __builtin_ffs(argc - 1);
	s += __builtin_popcount(argc - 1);
	s += filled(argc);
	s += filled(argc - 1);
	s += 2147483647 + argc;
	s *= 65536;
	s *= 65536;
	return s & 0;
}
