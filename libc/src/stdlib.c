/* SPDX-License-Identifier: MIT */
/* Numbers from text, sorting, searching, arithmetic, pseudo-random numbers. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int digit_of(int c)
{
	if (isdigit(c))
		return c - '0';
	return isalpha(c) ? tolower(c) - 'a' + 10 : 99;
}

/* The magnitude in `text`, at most `limit` (one more where negative, if `negative_extra`). */
static unsigned long parse(const char *text, char **end, int base, unsigned long limit, int is_signed)
{
	const char *at = text, *digits;
	unsigned long value = 0, bound;
	int negative = 0, overflow = 0;

	while (isspace(*(const unsigned char *)at))
		at++;
	if (*at == '+' || *at == '-')
		negative = *at++ == '-';
	if ((base == 0 || base == 16) && at[0] == '0' && (at[1] | 32) == 'x' && digit_of(at[2]) < 16) {
		at += 2;
		base = 16;
	} else if (base == 0) {
		base = *at == '0' ? 8 : 10;
	}
	bound = is_signed && negative ? limit + 1 : limit;
	for (digits = at; digit_of(*at) < base; at++) {
		unsigned long next;

		if (__builtin_mul_overflow(value, (unsigned long)base, &next) ||
		    __builtin_add_overflow(next, (unsigned long)digit_of(*at), &next) || next > bound)
			overflow = 1;
		else
			value = next;
	}
	if (end)
		*end = (char *)(at == digits ? text : at);
	if (overflow) {
		errno = ERANGE;
		return bound;
	}
	return negative ? -value : value;
}

long strtol(const char *text, char **end, int base)
{
	return parse(text, end, base, LONG_MAX, 1);
}

long long strtoll(const char *text, char **end, int base)
{
	return parse(text, end, base, LLONG_MAX, 1);
}

intmax_t strtoimax(const char *text, char **end, int base)
{
	return parse(text, end, base, INTMAX_MAX, 1);
}

unsigned long strtoul(const char *text, char **end, int base)
{
	return parse(text, end, base, ULONG_MAX, 0);
}

unsigned long long strtoull(const char *text, char **end, int base)
{
	return parse(text, end, base, ULLONG_MAX, 0);
}

uintmax_t strtoumax(const char *text, char **end, int base)
{
	return parse(text, end, base, UINTMAX_MAX, 0);
}

int atoi(const char *text)
{
	return strtol(text, NULL, 10);
}

long atol(const char *text)
{
	return strtol(text, NULL, 10);
}

long long atoll(const char *text)
{
	return strtoll(text, NULL, 10);
}

/* The machine reads the number: `length` characters of the form of a decimal constant. */
extern double __smplab_decimal(const char *text, size_t length);

double strtod(const char *text, char **end)
{
	const char *at = text, *number;
	double value;
	int negative = 0, digits = 0;

	while (isspace(*(const unsigned char *)at))
		at++;
	if (*at == '+' || *at == '-')
		negative = *at++ == '-';
	number = at;
	if (!strncasecmp(at, "inf", 3)) {
		at += strncasecmp(at, "infinity", 8) ? 3 : 8;
		value = __builtin_inf();
	} else if (!strncasecmp(at, "nan", 3)) {
		at += 3;
		value = __builtin_nan("");
	} else {
		while (isdigit(*at))
			at++, digits++;
		if (*at == '.')
			for (at++; isdigit(*at); at++)
				digits++;
		if (!digits) {
			if (end)
				*end = (char *)text;
			return 0;
		}
		if ((*at | 32) == 'e') {
			const char *exponent = at + 1;

			if (*exponent == '+' || *exponent == '-')
				exponent++;
			if (isdigit(*exponent)) {
				while (isdigit(*exponent))
					exponent++;
				at = exponent;
			}
		}
		value = __smplab_decimal(number, at - number);
	}
	if (end)
		*end = (char *)at;
	return negative ? -value : value;
}

float strtof(const char *text, char **end)
{
	return strtod(text, end);
}

long double strtold(const char *text, char **end)
{
	return strtod(text, end);
}

double atof(const char *text)
{
	return strtod(text, NULL);
}

static void swap(char *a, char *b, size_t size)
{
	while (size--) {
		char kept = *a;

		*a++ = *b;
		*b++ = kept;
	}
}

/* Heapsort: no memory, no worst case. */
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	char *items = base;
	size_t start = count / 2, end = count;

	while (end > 1) {
		size_t parent, child;

		if (start) {
			start--;
		} else {
			end--;
			swap(items, items + end * size, size);
		}
		for (parent = start; (child = 2 * parent + 1) < end; parent = child) {
			if (child + 1 < end && compare(items + child * size, items + (child + 1) * size) < 0)
				child++;
			if (compare(items + parent * size, items + child * size) >= 0)
				break;
			swap(items + parent * size, items + child * size, size);
		}
	}
}

void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *))
{
	const char *low = base;

	while (count) {
		const char *middle = low + count / 2 * size;
		int order = compare(key, middle);

		if (!order)
			return (void *)middle;
		if (order > 0) {
			low = middle + size;
			count = (count - 1) / 2;
		} else {
			count /= 2;
		}
	}
	return NULL;
}

int abs(int value)
{
	return value < 0 ? -value : value;
}

long labs(long value)
{
	return value < 0 ? -value : value;
}

long long llabs(long long value)
{
	return value < 0 ? -value : value;
}

intmax_t imaxabs(intmax_t value)
{
	return value < 0 ? -value : value;
}

div_t div(int a, int b)
{
	return (div_t){ a / b, a % b };
}

ldiv_t ldiv(long a, long b)
{
	return (ldiv_t){ a / b, a % b };
}

lldiv_t lldiv(long long a, long long b)
{
	return (lldiv_t){ a / b, a % b };
}

/* Knuth's MMIX generator; which numbers come is nobody's business but must be the same in each run. */
static unsigned long random_state = 1;

int rand_r(unsigned int *state)
{
	*state = *state * 1103515245u + 12345u;
	return *state >> 1 & RAND_MAX;
}

int rand(void)
{
	random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
	return random_state >> 33;
}

void srand(unsigned int seed)
{
	random_state = seed;
}

long random(void)
{
	return rand();
}

void srandom(unsigned int seed)
{
	srand(seed);
}
