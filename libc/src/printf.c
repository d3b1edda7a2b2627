/* SPDX-License-Identifier: MIT */
/*
 * The printf() family. One loop reads the format and hands finished pieces to a sink: a buffer with a limit, or a
 * stream.
 *
 * The hard thing is floating point: each digit printed must be that of the exact value, rounded half to even once.
 * A double is m * 2^e. For e >= 0 that is an integer; for e < 0 it is (m * 5^-e) / 10^-e: an integer too, with the
 * point moved. So all digits come out of one large integer, and rounding is done on its digits.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct sink {
	FILE *stream;
	char *to;
	size_t size;
	size_t written;
	/* The stream would not take what was written. */
	int failed;
};

static void put(struct sink *sink, const char *bytes, size_t size)
{
	if (sink->stream) {
		if (size && fwrite(bytes, 1, size, sink->stream) != size)
			sink->failed = 1;
	} else if (sink->written < sink->size) {
		size_t room = sink->size - sink->written;

		memcpy(sink->to + sink->written, bytes, size < room ? size : room);
	}
	sink->written += size;
}

static void pad(struct sink *sink, char c, long count)
{
	char run[16];

	if (count <= 0)
		return;
	memset(run, c, sizeof(run));
	for (; count > (long)sizeof(run); count -= sizeof(run))
		put(sink, run, sizeof(run));
	put(sink, run, count);
}

struct spec {
	int left, plus, space, alternate, zero;
	int width;
	/* -1: none. */
	int precision;
	char conversion;
};

/* prefix, zeros, digits, zeros behind: the whole is filled up to the width. */
static void put_number(struct sink *sink, const struct spec *spec, const char *prefix, long zeros,
		       const char *digits, long length)
{
	long prefixed = strlen(prefix);
	long fill = spec->width - prefixed - zeros - length;

	if (!spec->left && !spec->zero)
		pad(sink, ' ', fill);
	put(sink, prefix, prefixed);
	if (!spec->left && spec->zero)
		pad(sink, '0', fill);
	pad(sink, '0', zeros);
	put(sink, digits, length);
	if (spec->left)
		pad(sink, ' ', fill);
}

static const char *sign_of(const struct spec *spec, int negative)
{
	return negative ? "-" : spec->plus ? "+" : spec->space ? " " : "";
}

static void put_integer(struct sink *sink, struct spec *spec, uint64_t value, int negative)
{
	char text[24], *at = text + sizeof(text);
	const char *names = spec->conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	const char *prefix = "";
	unsigned base = 10;
	uint64_t rest;
	long length, zeros;

	switch (spec->conversion) {
	case 'd':
	case 'i':
		prefix = sign_of(spec, negative);
		break;
	case 'o':
		base = 8;
		break;
	case 'x':
	case 'X':
		base = 16;
		if (spec->alternate && value)
			prefix = spec->conversion == 'X' ? "0X" : "0x";
		break;
	}
	for (rest = value; rest; rest /= base)
		*--at = names[rest % base];
	length = text + sizeof(text) - at;
	zeros = (spec->precision < 0 ? 1 : spec->precision) - length;
	if (zeros < 0)
		zeros = 0;
	if (base == 8 && spec->alternate && !zeros && (!length || *at != '0'))
		zeros = 1;
	if (spec->precision >= 0)
		spec->zero = 0;
	put_number(sink, spec, prefix, zeros, at, length);
}

/* ------------------------------------------------------------------------------------------- floating point */

#define WORDS 96
#define MAX_DIGITS 1100

/* Digits of a number without the point: 0.d0 d1 d2 ... times 10^exponent. */
struct decimal {
	int exponent;
	int count;
	char digits[MAX_DIGITS];
};

static int multiply(uint32_t *words, int used, uint32_t by)
{
	uint64_t carry = 0;
	int i;

	for (i = 0; i < used; i++) {
		carry += (uint64_t)words[i] * by;
		words[i] = carry % 1000000000;
		carry /= 1000000000;
	}
	while (carry) {
		words[used++] = carry % 1000000000;
		carry /= 1000000000;
	}
	return used;
}

/* `mantissa` times 2^exponent, all its digits. */
static void to_decimal(struct decimal *to, uint64_t mantissa, int exponent)
{
	uint32_t words[WORDS] = { 0 };
	int used = 0, places = 0, i, k;

	while (mantissa && !(mantissa & 1)) {
		mantissa >>= 1;
		exponent++;
	}
	for (; mantissa; mantissa /= 1000000000)
		words[used++] = mantissa % 1000000000;
	if (exponent < 0)
		places = -exponent;
	for (k = places; k > 0; k -= 12)
		used = multiply(words, used, k >= 12 ? 244140625 : (uint32_t[]){ 1, 5, 25, 125, 625, 3125, 15625, 78125, 390625, 1953125, 9765625, 48828125 }[k]);
	for (k = exponent; k > 0; k -= 29)
		used = multiply(words, used, 1u << (k >= 29 ? 29 : k));
	to->count = 0;
	for (i = used - 1; i >= 0; i--) {
		uint32_t unit = 100000000;

		for (; unit; unit /= 10) {
			int digit = words[i] / unit % 10;

			if (digit || to->count)
				to->digits[to->count++] = '0' + digit;
		}
	}
	to->exponent = to->count - places;
	while (to->count && to->digits[to->count - 1] == '0')
		to->count--;
	if (!to->count)
		to->exponent = 1;
}

/* Keeps `keep` digits (none or fewer: down to nothing), rounding half to even. */
static void round_to(struct decimal *d, int keep)
{
	int up;

	if (keep >= d->count)
		return;
	if (keep < 0) {
		d->count = 0;
		return;
	}
	up = d->digits[keep] > '5';
	if (d->digits[keep] == '5')
		up = keep + 1 < d->count || (keep > 0 && (d->digits[keep - 1] & 1));
	d->count = keep;
	if (up) {
		while (d->count && d->digits[d->count - 1] == '9')
			d->count--;
		if (d->count) {
			d->digits[d->count - 1]++;
		} else {
			d->digits[d->count++] = '1';
			d->exponent++;
		}
	} else {
		while (d->count && d->digits[d->count - 1] == '0')
			d->count--;
	}
}

static int digit(const struct decimal *d, int at)
{
	return at >= 0 && at < d->count ? d->digits[at] : '0';
}

/* 320 digits in front of the point, the point, the fraction; longer fractions are zeros, put behind. */
#define MAX_TEXT (MAX_DIGITS + 400)

static int fixed(char *text, const struct decimal *d, int precision, int point)
{
	int length = 0, i;

	if (d->exponent <= 0 || !d->count)
		text[length++] = '0';
	else
		for (i = 0; i < d->exponent; i++)
			text[length++] = digit(d, i);
	if (precision > 0 || point)
		text[length++] = '.';
	for (i = 0; i < precision; i++)
		text[length++] = digit(d, (d->count ? d->exponent : 0) + i);
	return length;
}

static int scientific(char *text, const struct decimal *d, int precision, int point, char e)
{
	int exponent = d->count ? d->exponent - 1 : 0, length = 0, i;

	text[length++] = digit(d, 0);
	if (precision > 0 || point)
		text[length++] = '.';
	for (i = 1; i <= precision; i++)
		text[length++] = digit(d, i);
	text[length++] = e;
	text[length++] = exponent < 0 ? '-' : '+';
	if (exponent < 0)
		exponent = -exponent;
	if (exponent >= 100)
		text[length++] = '0' + exponent / 100;
	text[length++] = '0' + exponent / 10 % 10;
	text[length++] = '0' + exponent % 10;
	return length;
}

static void put_hexadecimal(struct sink *sink, struct spec *spec, uint64_t bits, const char *sign)
{
	const char *names = spec->conversion == 'A' ? "0123456789ABCDEF" : "0123456789abcdef";
	int biased = bits >> 52 & 0x7ff, exponent, shown, length = 0, i;
	uint64_t fraction = bits & ((1ull << 52) - 1), lead = biased != 0;
	char text[64], prefix[4];

	exponent = biased ? biased - 1023 : fraction ? -1022 : 0;
	shown = spec->precision;
	if (shown < 0) {
		for (shown = 13; shown > 0 && !(fraction >> (52 - 4 * shown) & 15); shown--)
			;
	} else if (shown < 13) {
		uint64_t unit = 1ull << (52 - 4 * shown), whole = lead << 52 | fraction, rest = whole & (unit - 1);

		whole -= rest;
		if (rest > unit / 2 || (rest == unit / 2 && (whole & unit)))
			whole += unit;
		lead = whole >> 52;
		fraction = whole & ((1ull << 52) - 1);
	}
	strcpy(prefix, sign);
	strcat(prefix, spec->conversion == 'A' ? "0X" : "0x");
	text[length++] = '0' + lead;
	if (shown || spec->alternate)
		text[length++] = '.';
	for (i = 1; i <= shown && i <= 13; i++)
		text[length++] = names[fraction >> (52 - 4 * i) & 15];
	text[length++] = spec->conversion == 'A' ? 'P' : 'p';
	text[length++] = exponent < 0 ? '-' : '+';
	if (exponent < 0)
		exponent = -exponent;
	for (i = 1000; i > 1 && exponent < i; i /= 10)
		;
	for (; i; i /= 10)
		text[length++] = '0' + exponent / i % 10;
	put_number(sink, spec, prefix, 0, text, length);
}

static void put_float(struct sink *sink, struct spec *spec, double value)
{
	char conversion = spec->conversion | 32, upper = spec->conversion & 32 ? 0 : 32;
	char text[MAX_TEXT];
	struct decimal d;
	uint64_t bits;
	const char *sign;
	int length, exponent, precision = spec->precision < 0 ? 6 : spec->precision, behind = 0, point;

	memcpy(&bits, &value, sizeof(bits));
	sign = sign_of(spec, bits >> 63);
	exponent = bits >> 52 & 0x7ff;
	if (exponent == 0x7ff) {
		const char *name = bits << 12 ? "nan" : "inf";

		if (upper)
			name = bits << 12 ? "NAN" : "INF";
		spec->zero = 0;
		put_number(sink, spec, sign, 0, name, 3);
		return;
	}
	if (conversion == 'a') {
		put_hexadecimal(sink, spec, bits, sign);
		return;
	}
	bits &= (1ull << 52) - 1;
	if (exponent)
		bits |= 1ull << 52;
	else
		exponent = 1;
	to_decimal(&d, bits, exponent - 1075);
	point = spec->alternate;
	if (conversion == 'g') {
		if (!precision)
			precision = 1;
		round_to(&d, precision);
		exponent = d.count ? d.exponent - 1 : 0;
		if (exponent < -4 || exponent >= precision) {
			conversion = 'e';
			precision--;
			if (!point && precision > d.count - 1)
				precision = d.count > 1 ? d.count - 1 : 0;
		} else {
			conversion = 'f';
			precision -= exponent + 1;
			if (!point && precision > d.count - exponent - 1)
				precision = d.count > exponent + 1 ? d.count - exponent - 1 : 0;
		}
	}
	if (precision > MAX_DIGITS) {
		behind = precision - MAX_DIGITS;
		precision = MAX_DIGITS;
	}
	if (conversion == 'f') {
		round_to(&d, d.exponent + precision);
		length = fixed(text, &d, precision, point);
		put_number(sink, &(struct spec){ .left = spec->left, .zero = spec->zero, .width = spec->width - behind },
			   sign, 0, text, length);
		pad(sink, '0', behind);
		return;
	}
	round_to(&d, precision + 1);
	length = scientific(text, &d, precision, point, 'e' - upper);
	put_number(sink, spec, sign, 0, text, length);
}

/* --------------------------------------------------------------------------------------------- the format */

enum length { INT, CHAR, SHORT, LONG, LONG_DOUBLE };

static uint64_t next_unsigned(va_list *values, enum length length)
{
	switch (length) {
	case CHAR:
		return (unsigned char)va_arg(*values, int);
	case SHORT:
		return (unsigned short)va_arg(*values, int);
	case INT:
		return va_arg(*values, unsigned int);
	default:
		return va_arg(*values, unsigned long);
	}
}

static int64_t next_signed(va_list *values, enum length length)
{
	switch (length) {
	case CHAR:
		return (signed char)va_arg(*values, int);
	case SHORT:
		return (short)va_arg(*values, int);
	case INT:
		return va_arg(*values, int);
	default:
		return va_arg(*values, long);
	}
}

static const char *read_number(const char *at, int *number)
{
	for (*number = 0; *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + (*at - '0');
	return at;
}

static const char *read_flags(const char *at, struct spec *spec)
{
	for (;; at++) {
		switch (*at) {
		case '-':
			spec->left = 1;
			break;
		case '+':
			spec->plus = 1;
			break;
		case ' ':
			spec->space = 1;
			break;
		case '#':
			spec->alternate = 1;
			break;
		case '0':
			spec->zero = 1;
			break;
		default:
			return at;
		}
	}
}

static const char *read_length(const char *at, enum length *length)
{
	switch (*at) {
	case 'h':
		*length = at[1] == 'h' ? CHAR : SHORT;
		return at + (at[1] == 'h' ? 2 : 1);
	case 'l':
		*length = LONG;
		return at + (at[1] == 'l' ? 2 : 1);
	case 'q':
	case 'j':
	case 'z':
	case 't':
		*length = LONG;
		return at + 1;
	case 'L':
		*length = LONG_DOUBLE;
		return at + 1;
	default:
		*length = INT;
		return at;
	}
}

static void put_string(struct sink *sink, struct spec *spec, const char *text)
{
	if (!text)
		text = spec->precision < 0 || spec->precision >= 6 ? "(null)" : "";
	spec->zero = 0;
	put_number(sink, spec, "", 0, text,
		   spec->precision < 0 ? strlen(text) : strnlen(text, spec->precision));
}

/* In the C locale a wide character is one byte, or cannot be written. */
static void put_wide(struct sink *sink, struct spec *spec, const wchar_t *text, long length)
{
	long i;

	if (!spec->left)
		pad(sink, ' ', spec->width - length);
	for (i = 0; i < length; i++) {
		char c = text[i];

		if (text[i] < 0 || text[i] > 127)
			sink->failed = 1;
		put(sink, &c, 1);
	}
	if (spec->left)
		pad(sink, ' ', spec->width - length);
}

static void put_wide_string(struct sink *sink, struct spec *spec, const wchar_t *text)
{
	long length = 0;

	if (!text) {
		put_string(sink, spec, NULL);
		return;
	}
	while ((spec->precision < 0 || length < spec->precision) && text[length])
		length++;
	put_wide(sink, spec, text, length);
}

static void convert(struct sink *sink, struct spec *spec, enum length length, va_list *values)
{
	wchar_t wide;
	char c;

	switch (spec->conversion) {
	case 'd':
	case 'i': {
		int64_t value = next_signed(values, length);

		put_integer(sink, spec, value < 0 ? -(uint64_t)value : value, value < 0);
		break;
	}
	case 'u':
	case 'o':
	case 'x':
	case 'X':
		put_integer(sink, spec, next_unsigned(values, length), 0);
		break;
	case 'c':
		if (length == LONG) {
			wide = va_arg(*values, unsigned int);
			put_wide(sink, spec, &wide, 1);
			break;
		}
		c = va_arg(*values, int);
		spec->zero = 0;
		put_number(sink, spec, "", 0, &c, 1);
		break;
	case 's':
		if (length == LONG)
			put_wide_string(sink, spec, va_arg(*values, const wchar_t *));
		else
			put_string(sink, spec, va_arg(*values, const char *));
		break;
	case 'p': {
		void *pointer = va_arg(*values, void *);

		if (!pointer) {
			spec->precision = -1;
			put_string(sink, spec, "(nil)");
		} else {
			spec->conversion = 'x';
			spec->alternate = 1;
			put_integer(sink, spec, (uint64_t)pointer, 0);
		}
		break;
	}
	case 'n':
		switch (length) {
		case CHAR:
			*va_arg(*values, signed char *) = sink->written;
			break;
		case SHORT:
			*va_arg(*values, short *) = sink->written;
			break;
		case INT:
			*va_arg(*values, int *) = sink->written;
			break;
		default:
			*va_arg(*values, long *) = sink->written;
		}
		break;
	case '%':
		put(sink, "%", 1);
		break;
	case 'a':
	case 'A':
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		put_float(sink, spec, length == LONG_DOUBLE ? va_arg(*values, long double) : va_arg(*values, double));
		break;
	}
}

static int print(struct sink *sink, const char *format, va_list *values)
{
	for (;;) {
		const char *plain = format;
		struct spec spec = { .precision = -1 };
		enum length length;

		while (*format && *format != '%')
			format++;
		put(sink, plain, format - plain);
		if (!*format)
			return sink->written;
		if (format[1] == '%') {
			put(sink, format, 1);
			format += 2;
			continue;
		}
		format = read_flags(format + 1, &spec);
		if (*format == '*') {
			format++;
			spec.width = va_arg(*values, int);
			if (spec.width < 0) {
				spec.left = 1;
				spec.width = -spec.width;
			}
		} else {
			format = read_number(format, &spec.width);
		}
		if (*format == '.' && format[1] == '*') {
			format += 2;
			spec.precision = va_arg(*values, int);
		} else if (*format == '.') {
			format = read_number(format + 1, &spec.precision);
		}
		format = read_length(format, &length);
		spec.conversion = *format;
		if (spec.conversion)
			format++;
		convert(sink, &spec, length, values);
	}
}

int vfprintf(FILE *stream, const char *format, va_list values)
{
	struct sink sink = { .stream = stream };
	va_list copy;
	int written;

	va_copy(copy, values);
	written = print(&sink, format, &copy);
	va_end(copy);
	return sink.failed ? -1 : written;
}

int vsnprintf(char *to, size_t size, const char *format, va_list values)
{
	struct sink sink = { .to = to, .size = size ? size - 1 : 0 };
	va_list copy;
	int written;

	va_copy(copy, values);
	written = print(&sink, format, &copy);
	va_end(copy);
	if (size)
		to[sink.written < size ? sink.written : size - 1] = 0;
	return written;
}

int vprintf(const char *format, va_list values)
{
	return vfprintf(stdout, format, values);
}

int vsprintf(char *to, const char *format, va_list values)
{
	return vsnprintf(to, (size_t)1 << 31, format, values);
}

int printf(const char *format, ...)
{
	va_list values;
	int written;

	va_start(values, format);
	written = vfprintf(stdout, format, values);
	va_end(values);
	return written;
}

int fprintf(FILE *stream, const char *format, ...)
{
	va_list values;
	int written;

	va_start(values, format);
	written = vfprintf(stream, format, values);
	va_end(values);
	return written;
}

int sprintf(char *to, const char *format, ...)
{
	va_list values;
	int written;

	va_start(values, format);
	written = vsprintf(to, format, values);
	va_end(values);
	return written;
}

int snprintf(char *to, size_t size, const char *format, ...)
{
	va_list values;
	int written;

	va_start(values, format);
	written = vsnprintf(to, size, format, values);
	va_end(values);
	return written;
}
