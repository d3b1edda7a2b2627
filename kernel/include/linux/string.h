/* SPDX-License-Identifier: MIT */
/*
 * Strings and blocks of memory. https://docs.kernel.org/core-api/kernel-api.html ("String Manipulation")
 * Copying and filling are the compiler's builtins: sequences of steps of at most 8 bytes; the rest is plain C.
 */
#ifndef _LINUX_STRING_H
#define _LINUX_STRING_H

#include <linux/types.h>

#define memcpy(d, s, n) __builtin_memcpy(d, s, n)
#define memmove(d, s, n) __builtin_memmove(d, s, n)
#define memset(d, c, n) __builtin_memset(d, c, n)
#define memzero_explicit(d, n) memset(d, 0, n)

static inline size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

static inline size_t strnlen(const char *s, size_t count)
{
	size_t n = 0;

	while (n < count && s[n])
		n++;
	return n;
}

static inline int strncmp(const char *a, const char *b, size_t count)
{
	for (; count; a++, b++, count--) {
		if (*a != *b)
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		if (!*a)
			break;
	}
	return 0;
}

static inline int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, ~(size_t)0);
}

static inline char *strcpy(char *dest, const char *src)
{
	char *d = dest;

	while ((*d++ = *src++))
		;
	return dest;
}

static inline char *strncpy(char *dest, const char *src, size_t count)
{
	char *d = dest;

	for (; count; count--)
		if ((*d++ = *src))
			src++;
	return dest;
}

/* Copies what fits, always ends the string; -E2BIG (-7) when cut. */
static inline ssize_t strscpy(char *dest, const char *src, size_t count)
{
	size_t n;

	if (!count)
		return -7;
	for (n = 0; n < count - 1 && src[n]; n++)
		dest[n] = src[n];
	dest[n] = 0;
	return src[n] ? -7 : (ssize_t)n;
}

static inline size_t strlcpy(char *dest, const char *src, size_t size)
{
	if (size)
		strscpy(dest, src, size);
	return strlen(src);
}

static inline char *strcat(char *dest, const char *src)
{
	strcpy(dest + strlen(dest), src);
	return dest;
}

static inline char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

static inline char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

static inline char *strstr(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (;; s++) {
		if (!strncmp(s, what, n))
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

static inline int memcmp(const void *a, const void *b, size_t count)
{
	const unsigned char *x = a, *y = b;

	for (; count; x++, y++, count--)
		if (*x != *y)
			return *x - *y;
	return 0;
}

static inline void *memchr(const void *s, int c, size_t count)
{
	const unsigned char *p = s;

	for (; count; p++, count--)
		if (*p == (unsigned char)c)
			return (void *)p;
	return NULL;
}

static inline bool strstarts(const char *str, const char *prefix)
{
	return strncmp(str, prefix, strlen(prefix)) == 0;
}

#endif
