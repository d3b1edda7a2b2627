/* SPDX-License-Identifier: MIT */
/*
 * <math.h>. The elementary functions of doubles (sin, exp, pow ...) are operations of the machine; here is what can be
 * said in C: taking numbers apart, rounding, and the same for float and long double (which has double's precision).
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

static uint64_t bits_of(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits;
}

static double of_bits(uint64_t bits)
{
	double x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

double fabs(double x)
{
	return __builtin_fabs(x);
}

double copysign(double x, double y)
{
	return __builtin_copysign(x, y);
}

/* Half away from zero. */
double round(double x)
{
	double whole = trunc(x);

	return fabs(x - whole) >= 0.5 ? whole + copysign(1, x) : copysign(whole, x);
}

double nearbyint(double x)
{
	return rint(x);
}

double frexp(double x, int *exponent)
{
	uint64_t bits = bits_of(x);
	int biased = bits >> 52 & 0x7ff;

	*exponent = 0;
	if (x == 0 || biased == 0x7ff)
		return x;
	if (!biased) {
		x = frexp(x * 0x1p54, exponent);
		*exponent -= 54;
		return x;
	}
	*exponent = biased - 1022;
	return of_bits((bits & ~(0x7ffull << 52)) | 1022ull << 52);
}

double ldexp(double x, int exponent)
{
	for (; exponent > 1023; exponent -= 1023)
		if (!isfinite(x *= 0x1p1023))
			return x;
	/* One rounding only: the last step is the one that may leave the normal numbers. */
	for (; exponent < -1022; exponent += 969)
		if ((x *= 0x1p-969) == 0)
			return x;
	return x * of_bits((uint64_t)(exponent + 1023) << 52);
}

double scalbn(double x, int exponent)
{
	return ldexp(x, exponent);
}

double modf(double x, double *whole)
{
	*whole = trunc(x);
	return isinf(x) ? copysign(0, x) : copysign(x - *whole, x);
}

double remainder(double x, double y)
{
	double rest = fmod(fabs(x), fabs(y)), half = fabs(y) / 2;

	if (rest > half || (rest == half && fmod(fabs(x), 2 * fabs(y)) >= fabs(y)))
		rest -= fabs(y);
	return signbit(x) ? -rest : rest;
}

double fdim(double x, double y)
{
	return x > y ? x - y : isnan(x) || isnan(y) ? x + y : 0;
}

double fmax(double x, double y)
{
	return isnan(x) ? y : isnan(y) ? x : x < y || (x == y && signbit(x)) ? y : x;
}

double fmin(double x, double y)
{
	return isnan(x) ? y : isnan(y) ? x : y < x || (x == y && signbit(y)) ? y : x;
}

double nextafter(double x, double y)
{
	uint64_t bits = bits_of(x);

	if (isnan(x) || isnan(y))
		return x + y;
	if (x == y)
		return y;
	if (x == 0)
		return copysign(0x1p-1074, y);
	return of_bits((x < y) == (x > 0) ? bits + 1 : bits - 1);
}

double nexttoward(double x, long double y)
{
	return nextafter(x, y);
}

float nextafterf(float x, float y)
{
	uint32_t bits;

	if (isnan(x) || isnan(y))
		return x + y;
	if (x == y)
		return y;
	if (x == 0)
		return copysignf(0x1p-149f, y);
	memcpy(&bits, &x, sizeof(bits));
	bits = (x < y) == (x > 0) ? bits + 1 : bits - 1;
	memcpy(&x, &bits, sizeof(bits));
	return x;
}

float nexttowardf(float x, long double y)
{
	return isnan(y) || x == y ? y : nextafterf(x, x < y ? INFINITY : -INFINITY);
}

long double nextafterl(long double x, long double y)
{
	return nextafter(x, y);
}

long double nexttowardl(long double x, long double y)
{
	return nextafter(x, y);
}

/* a + b exactly, as a double and what rounding left of it (Knuth, TAOCP 4.2.2 B). */
static double sum_of(double a, double b, double *rest)
{
	double sum = a + b, part = sum - a;

	*rest = (a - (sum - part)) + (b - part);
	return sum;
}

/* a * b exactly, by halves of 26 bits (Dekker 1971). */
static double product_of(double a, double b, double *rest)
{
	double product = a * b, split = a * 0x1.0000002p27, ah, al, bh, bl;

	ah = split - (split - a);
	al = a - ah;
	split = b * 0x1.0000002p27;
	bh = split - (split - b);
	bl = b - bh;
	*rest = ((ah * bh - product) + ah * bl + al * bh) + al * bl;
	return product;
}

/* a + b rounded to odd: where bits were lost, the last one is set. Rounded once more, it comes out as if only once. */
static double odd_sum(double a, double b)
{
	double rest, sum = sum_of(a, b, &rest);
	uint64_t bits = bits_of(sum);

	if (rest != 0 && !(bits & 1))
		bits += (rest > 0) == (sum > 0) ? 1 : -1;
	return of_bits(bits);
}

/* Boldo and Melquiond 2008. Exact as long as neither the product nor its lower half leaves the normal numbers. */
double fma(double x, double y, double z)
{
	double high, low, sum, rest;

	if (!isfinite(x) || !isfinite(y) || !isfinite(z) || x == 0 || y == 0)
		return x * y + z;
	if (fabs(x) > 0x1p970)
		return 0x1p54 * fma(x * 0x1p-54, y, z * 0x1p-54);
	if (fabs(y) > 0x1p970)
		return 0x1p54 * fma(x, y * 0x1p-54, z * 0x1p-54);
	high = product_of(x, y, &low);
	if (!isfinite(high))
		return x * y + z;
	sum = sum_of(high, z, &rest);
	return sum == 0 ? sum + low : sum + odd_sum(low, rest);
}

/* The product of two floats is exact as a double. */
float fmaf(float x, float y, float z)
{
	double product = (double)x * y;

	return isfinite(product) && isfinite(z) ? odd_sum(product, z) : product + z;
}

long double fmal(long double x, long double y, long double z)
{
	return fma(x, y, z);
}

float scalbnf(float x, int exponent)
{
	return ldexp(x, exponent);
}

long double scalbnl(long double x, int exponent)
{
	return ldexp((double)x, exponent);
}

long lrint(double x)
{
	return rint(x);
}

long long llrint(double x)
{
	return rint(x);
}

long lround(double x)
{
	return round(x);
}

long long llround(double x)
{
	return round(x);
}

#define UNARY(name)                              \
	float name##f(float x)                   \
	{                                        \
		return name(x);                  \
	}                                        \
	long double name##l(long double x)       \
	{                                        \
		return name((double)x);          \
	}

#define BINARY(name)                                      \
	float name##f(float x, float y)                   \
	{                                                 \
		return name(x, y);                        \
	}                                                 \
	long double name##l(long double x, long double y) \
	{                                                 \
		return name((double)x, (double)y);        \
	}

#define ROUNDED(type, name)            \
	type name##f(float x)          \
	{                              \
		return name(x);        \
	}                              \
	type name##l(long double x)    \
	{                              \
		return name((double)x); \
	}

UNARY(acos) UNARY(asin) UNARY(atan) UNARY(ceil) UNARY(cos) UNARY(cosh) UNARY(exp) UNARY(exp2) UNARY(expm1)
UNARY(fabs) UNARY(floor) UNARY(log) UNARY(log10) UNARY(log1p) UNARY(log2) UNARY(nearbyint) UNARY(rint)
UNARY(round) UNARY(sin) UNARY(sinh) UNARY(sqrt) UNARY(tan) UNARY(tanh) UNARY(trunc) UNARY(cbrt)
UNARY(acosh) UNARY(asinh) UNARY(atanh)
BINARY(atan2) BINARY(copysign) BINARY(fdim) BINARY(fmax) BINARY(fmin) BINARY(fmod) BINARY(hypot) BINARY(pow)
BINARY(remainder)
ROUNDED(long, lrint) ROUNDED(long, lround) ROUNDED(long long, llrint) ROUNDED(long long, llround)

float ldexpf(float x, int exponent)
{
	return ldexp(x, exponent);
}

long double ldexpl(long double x, int exponent)
{
	return ldexp((double)x, exponent);
}

float frexpf(float x, int *exponent)
{
	return frexp(x, exponent);
}

long double frexpl(long double x, int *exponent)
{
	return frexp((double)x, exponent);
}

float modff(float x, float *whole)
{
	double w, rest = modf(x, &w);

	*whole = w;
	return rest;
}

long double modfl(long double x, long double *whole)
{
	double w, rest = modf((double)x, &w);

	*whole = w;
	return rest;
}
