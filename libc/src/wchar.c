/* SPDX-License-Identifier: MIT */
/* Wide characters and the locale: of the C locale, in which each character of ASCII is one byte and others are none. */
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

size_t wcslen(const wchar_t *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t count)
{
	return memcpy(to, from, count * sizeof(*to));
}

wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t count)
{
	return memmove(to, from, count * sizeof(*to));
}

wchar_t *wmemset(wchar_t *to, wchar_t c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		to[i] = c;
	return to;
}

int wmemcmp(const wchar_t *a, const wchar_t *b, size_t count)
{
	for (; count; a++, b++, count--)
		if (*a != *b)
			return *a < *b ? -1 : 1;
	return 0;
}

wchar_t *wmemchr(const wchar_t *items, wchar_t c, size_t count)
{
	for (; count; items++, count--)
		if (*items == c)
			return (wchar_t *)items;
	return NULL;
}

wchar_t *wcscpy(wchar_t *to, const wchar_t *from)
{
	return wmemcpy(to, from, wcslen(from) + 1);
}

wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t count)
{
	size_t i;

	for (i = 0; i < count && from[i]; i++)
		to[i] = from[i];
	wmemset(to + i, 0, count - i);
	return to;
}

wchar_t *wcscat(wchar_t *to, const wchar_t *from)
{
	wcscpy(to + wcslen(to), from);
	return to;
}

wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t count)
{
	wchar_t *at = to + wcslen(to);

	while (count-- && *from)
		*at++ = *from++;
	*at = 0;
	return to;
}

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t count)
{
	for (; count; a++, b++, count--) {
		if (*a != *b)
			return *a < *b ? -1 : 1;
		if (!*a)
			break;
	}
	return 0;
}

int wcscmp(const wchar_t *a, const wchar_t *b)
{
	return wcsncmp(a, b, -1);
}

wchar_t *wcschr(const wchar_t *text, wchar_t c)
{
	return wmemchr(text, c, wcslen(text) + 1);
}

wchar_t *wcsrchr(const wchar_t *text, wchar_t c)
{
	for (const wchar_t *at = text + wcslen(text);; at--) {
		if (*at == c)
			return (wchar_t *)at;
		if (at == text)
			return NULL;
	}
}

size_t wcsspn(const wchar_t *text, const wchar_t *set)
{
	size_t length = 0;

	while (text[length] && wcschr(set, text[length]))
		length++;
	return length;
}

size_t wcscspn(const wchar_t *text, const wchar_t *set)
{
	size_t length = 0;

	while (text[length] && !wcschr(set, text[length]))
		length++;
	return length;
}

wchar_t *wcspbrk(const wchar_t *text, const wchar_t *set)
{
	text += wcscspn(text, set);
	return *text ? (wchar_t *)text : NULL;
}

wchar_t *wcsstr(const wchar_t *text, const wchar_t *wanted)
{
	size_t length = wcslen(wanted);

	for (;; text++) {
		if (!wcsncmp(text, wanted, length))
			return (wchar_t *)text;
		if (!*text)
			return NULL;
	}
}

long wcstol(const wchar_t *text, wchar_t **end, int base)
{
	char narrow[72], *behind;
	size_t length = 0;
	long value;

	while (length < sizeof(narrow) - 1 && text[length] > 0 && text[length] < 128) {
		narrow[length] = text[length];
		length++;
	}
	narrow[length] = 0;
	value = strtol(narrow, &behind, base);
	if (end)
		*end = (wchar_t *)text + (behind - narrow);
	return value;
}

wint_t btowc(int c)
{
	return c >= 0 && c < 128 ? (wint_t)c : WEOF;
}

int wctob(wint_t c)
{
	return c < 128 ? (int)c : EOF;
}

int mbsinit(const mbstate_t *state)
{
	(void)state;
	return 1;
}

int mbtowc(wchar_t *to, const char *from, size_t size)
{
	if (!from || !size)
		return from ? -1 : 0;
	if (*from & 0x80) {
		errno = EILSEQ;
		return -1;
	}
	if (to)
		*to = *from;
	return *from != 0;
}

int mblen(const char *from, size_t size)
{
	return mbtowc(NULL, from, size);
}

size_t mbrtowc(wchar_t *to, const char *from, size_t size, mbstate_t *state)
{
	(void)state;
	if (!from)
		return 0;
	return size ? (size_t)mbtowc(to, from, size) : (size_t)-2;
}

int wctomb(char *to, wchar_t c)
{
	if (!to)
		return 0;
	if (c < 0 || c > 127) {
		errno = EILSEQ;
		return -1;
	}
	*to = c;
	return 1;
}

size_t wcrtomb(char *to, wchar_t c, mbstate_t *state)
{
	(void)state;
	return to ? (size_t)wctomb(to, c) : 1;
}

size_t mbstowcs(wchar_t *to, const char *from, size_t count)
{
	size_t done = 0;

	for (; !to || done < count; done++) {
		wchar_t c;

		if (mbtowc(&c, from + done, 1) < 0)
			return -1;
		if (to)
			to[done] = c;
		if (!c)
			break;
	}
	return done;
}

size_t wcstombs(char *to, const wchar_t *from, size_t count)
{
	size_t done = 0;

	for (; !to || done < count; done++) {
		char c;

		if (wctomb(&c, from[done]) < 0)
			return -1;
		if (to)
			to[done] = c;
		if (!c)
			break;
	}
	return done;
}

#define WIDE(name, narrow) \
	int name(wint_t c) \
	{ \
		return c < 128 && narrow(c); \
	}

WIDE(iswalnum, isalnum)
WIDE(iswalpha, isalpha)
WIDE(iswblank, isblank)
WIDE(iswcntrl, iscntrl)
WIDE(iswdigit, isdigit)
WIDE(iswgraph, isgraph)
WIDE(iswlower, islower)
WIDE(iswprint, isprint)
WIDE(iswpunct, ispunct)
WIDE(iswspace, isspace)
WIDE(iswupper, isupper)
WIDE(iswxdigit, isxdigit)

wint_t towlower(wint_t c)
{
	return c < 128 ? (wint_t)tolower(c) : c;
}

wint_t towupper(wint_t c)
{
	return c < 128 ? (wint_t)toupper(c) : c;
}

char *setlocale(int category, const char *name)
{
	if (category < LC_CTYPE || category > LC_ALL)
		return NULL;
	return !name || !*name || !strcmp(name, "C") || !strcmp(name, "POSIX") ? "C" : NULL;
}

struct lconv *localeconv(void)
{
	static struct lconv c = { .decimal_point = ".", .thousands_sep = "", .grouping = "" };

	return &c;
}
