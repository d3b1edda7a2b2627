/* SPDX-License-Identifier: MIT */
/*
 * The scanf() family. One loop reads the format and takes characters from a source: text, or a stream.
 *
 * The rule that decides the hard cases: an input item is the longest run of characters that is, or could become, a value
 * of the wanted form; the first character behind it is given back (C11 7.21.6.2p9). So numbers are collected first, by a
 * little machine of their own, and converted then.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Characters of one number: more are taken, but count no more. */
#define LONGEST 128

struct source {
	FILE *stream;
	const char *text;
	/* Characters taken so far. */
	long taken;
};

struct wish {
	int width;
	int drop;
	/* h: -1, hh: -2, l: 1, ll, j, z, t, L: 2. */
	int size;
	char conversion;
};

static int next(struct source *source)
{
	int c = source->stream ? fgetc(source->stream) : *source->text ? (unsigned char)*source->text++ : EOF;

	if (c != EOF)
		source->taken++;
	return c;
}

static void back(struct source *source, int c)
{
	if (c == EOF)
		return;
	source->taken--;
	if (source->stream)
		ungetc(c, source->stream);
	else
		source->text--;
}

static int skip_blanks(struct source *source)
{
	int c;

	do
		c = next(source);
	while (c != EOF && isspace(c));
	back(source, c);
	return c;
}

struct item {
	struct source *source;
	char text[LONGEST];
	int length;
	int width;
	/* The character in front, or EOF where the width is used up. */
	int c;
};

static void advance(struct item *item)
{
	item->c = item->width-- > 0 ? next(item->source) : EOF;
}

static void keep(struct item *item)
{
	if (item->length < LONGEST - 1)
		item->text[item->length++] = item->c;
	item->text[item->length] = 0;
	advance(item);
}

static void begin(struct item *item, struct source *source, const struct wish *wish)
{
	item->source = source;
	item->length = 0;
	item->text[0] = 0;
	item->width = wish->width ? wish->width : INT32_MAX;
	advance(item);
}

static int keep_digits(struct item *item, int base)
{
	int count = 0;

	for (;; count++) {
		int c = item->c;
		int digit = c == EOF ? 99 : isdigit(c) ? c - '0' : isalpha(c) ? tolower(c) - 'a' + 10 : 99;

		if (digit >= base)
			return count;
		keep(item);
	}
}

/* Returns the base in which what was kept is to be read, or -1 for no number. */
static int keep_integer(struct item *item, int base)
{
	int digits = 0;

	if (item->c == '+' || item->c == '-')
		keep(item);
	if (item->c == '0' && (base == 0 || base == 16)) {
		keep(item);
		digits = 1;
		if ((item->c | 32) == 'x') {
			keep(item);
			base = 16;
			digits = 0;
		} else if (!base) {
			base = 8;
		}
	}
	if (!base)
		base = 10;
	return keep_digits(item, base) + digits > 0 ? base : -1;
}

static int keep_word(struct item *item, const char *word)
{
	for (; *word; word++) {
		if (item->c == EOF || tolower(item->c) != *word)
			return 0;
		keep(item);
	}
	return 1;
}

static int keep_float(struct item *item)
{
	int digits;

	if (item->c == '+' || item->c == '-')
		keep(item);
	if (item->c != EOF && tolower(item->c) == 'i') {
		if (!keep_word(item, "inf"))
			return 0;
		return item->c == EOF || tolower(item->c) != 'i' || keep_word(item, "inity");
	}
	if (item->c != EOF && tolower(item->c) == 'n')
		return keep_word(item, "nan");
	digits = keep_digits(item, 10);
	if (item->c == '.') {
		keep(item);
		digits += keep_digits(item, 10);
	}
	if (!digits)
		return 0;
	if (item->c != EOF && (item->c | 32) == 'e') {
		keep(item);
		if (item->c == '+' || item->c == '-')
			keep(item);
		return keep_digits(item, 10) > 0;
	}
	return 1;
}

static void store_integer(const struct wish *wish, uintmax_t value, void *to)
{
	switch (wish->size) {
	case -2:
		*(unsigned char *)to = value;
		break;
	case -1:
		*(unsigned short *)to = value;
		break;
	case 0:
		*(unsigned int *)to = value;
		break;
	default:
		*(unsigned long *)to = value;
	}
}

static int scan_integer(struct source *source, const struct wish *wish, int base, va_list *targets)
{
	struct item item;
	uintmax_t value;

	begin(&item, source, wish);
	base = keep_integer(&item, base);
	back(source, item.c);
	if (base < 0)
		return 0;
	if (wish->conversion == 'd' || wish->conversion == 'i')
		value = strtoimax(item.text, NULL, base);
	else
		value = strtoumax(item.text, NULL, base);
	if (!wish->drop)
		store_integer(wish, value, va_arg(*targets, void *));
	return 1;
}

static int scan_float(struct source *source, const struct wish *wish, va_list *targets)
{
	struct item item;
	double value;
	int good;

	begin(&item, source, wish);
	good = keep_float(&item);
	back(source, item.c);
	if (!good)
		return 0;
	value = strtod(item.text, NULL);
	if (wish->drop)
		return 1;
	if (wish->size == 2)
		*va_arg(*targets, long double *) = value;
	else if (wish->size == 1)
		*va_arg(*targets, double *) = value;
	else
		*va_arg(*targets, float *) = value;
	return 1;
}

/* Reads a set of characters behind its '['; returns what is behind its ']'. */
static const char *read_set(const char *format, char *set)
{
	int inverted = *format == '^';

	format += inverted;
	memset(set, inverted, 256);
	do {
		unsigned char c = *format++;

		if (!c)
			return format - 1;
		if (*format == '-' && format[1] && format[1] != ']') {
			for (unsigned int other = c; other <= (unsigned char)format[1]; other++)
				set[other] = !inverted;
			format += 2;
		} else {
			set[c] = !inverted;
		}
	} while (*format != ']' && *format);
	return *format ? format + 1 : format;
}

/* 1 for a match, 0 for none, -1 at the end of the input. */
static int scan_characters(struct source *source, const struct wish *wish, const char *set, va_list *targets)
{
	char *to = wish->drop ? NULL : va_arg(*targets, char *);
	int width = wish->width ? wish->width : wish->conversion == 'c' ? 1 : INT32_MAX;
	int count = 0, c = EOF;

	for (; count < width; count++) {
		c = next(source);
		if (c == EOF)
			break;
		if (set ? !set[c] : wish->conversion == 's' && isspace(c)) {
			back(source, c);
			break;
		}
		if (to)
			*to++ = c;
	}
	if (!count || (wish->conversion == 'c' && count < width))
		return c == EOF ? -1 : 0;
	if (to && wish->conversion != 'c')
		*to = 0;
	return 1;
}

static const char *read_wish(const char *format, struct wish *wish)
{
	*wish = (struct wish){ 0 };
	if (*format == '*') {
		wish->drop = 1;
		format++;
	}
	while (isdigit(*format))
		wish->width = wish->width * 10 + *format++ - '0';
	for (;; format++) {
		switch (*format) {
		case 'h':
			wish->size--;
			continue;
		case 'l':
			wish->size++;
			continue;
		case 'j':
		case 'z':
		case 't':
		case 'L':
		case 'q':
			wish->size = 2;
			continue;
		}
		wish->conversion = *format;
		return *format ? format + 1 : format;
	}
}

/* 1 for a match, 0 for none, -1 at the end of the input. */
static int scan_one(struct source *source, const struct wish *wish, const char **format, va_list *targets)
{
	char set[256];

	switch (wish->conversion) {
	case 'n':
		if (!wish->drop)
			store_integer(wish, source->taken, va_arg(*targets, void *));
		return 1;
	case '[':
		*format = read_set(*format, set);
		return scan_characters(source, wish, set, targets);
	case 'c':
		return scan_characters(source, wish, NULL, targets);
	}
	if (skip_blanks(source) == EOF)
		return -1;
	switch (wish->conversion) {
	case '%':
		return next(source) == '%';
	case 's':
		return scan_characters(source, wish, NULL, targets);
	case 'd':
	case 'u':
		return scan_integer(source, wish, 10, targets);
	case 'i':
		return scan_integer(source, wish, 0, targets);
	case 'o':
		return scan_integer(source, wish, 8, targets);
	case 'x':
	case 'X':
		return scan_integer(source, wish, 16, targets);
	case 'p': {
		struct wish pointer = *wish;

		pointer.size = 2;
		return scan_integer(source, &pointer, 16, targets);
	}
	default:
		return scan_float(source, wish, targets);
	}
}

static int scan(struct source *source, const char *format, va_list *targets)
{
	int stored = 0;

	while (*format) {
		struct wish wish;
		int found, c;

		if (isspace((unsigned char)*format)) {
			skip_blanks(source);
			format++;
			continue;
		}
		if (*format != '%') {
			c = next(source);
			if (c != (unsigned char)*format) {
				back(source, c);
				return c == EOF && !stored ? EOF : stored;
			}
			format++;
			continue;
		}
		format = read_wish(format + 1, &wish);
		found = scan_one(source, &wish, &format, targets);
		if (found <= 0)
			return found < 0 && !stored ? EOF : stored;
		if (!wish.drop && wish.conversion != 'n' && wish.conversion != '%')
			stored++;
	}
	return stored;
}

int vfscanf(FILE *stream, const char *format, va_list values)
{
	struct source source = { .stream = stream };
	va_list copy;
	int stored;

	va_copy(copy, values);
	stored = scan(&source, format, &copy);
	va_end(copy);
	return stored;
}

int vsscanf(const char *text, const char *format, va_list values)
{
	struct source source = { .text = text };
	va_list copy;
	int stored;

	va_copy(copy, values);
	stored = scan(&source, format, &copy);
	va_end(copy);
	return stored;
}

int vscanf(const char *format, va_list values)
{
	return vfscanf(stdin, format, values);
}

int scanf(const char *format, ...)
{
	va_list values;
	int stored;

	va_start(values, format);
	stored = vfscanf(stdin, format, values);
	va_end(values);
	return stored;
}

int fscanf(FILE *stream, const char *format, ...)
{
	va_list values;
	int stored;

	va_start(values, format);
	stored = vfscanf(stream, format, values);
	va_end(values);
	return stored;
}

int sscanf(const char *text, const char *format, ...)
{
	va_list values;
	int stored;

	va_start(values, format);
	stored = vsscanf(text, format, values);
	va_end(values);
	return stored;
}
