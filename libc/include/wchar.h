/* SPDX-License-Identifier: MIT */
/* Wide characters of the C locale: one byte each where they are written out. */
#ifndef _WCHAR_H
#define _WCHAR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef unsigned int wint_t;
typedef struct {
	int __state;
} mbstate_t;
#define WEOF 0xffffffffu

wint_t btowc(int c);
size_t mbrtowc(wchar_t *to, const char *from, size_t size, mbstate_t *state);
int mbsinit(const mbstate_t *state);
size_t wcrtomb(char *to, wchar_t c, mbstate_t *state);
wchar_t *wcscat(wchar_t *to, const wchar_t *from);
wchar_t *wcschr(const wchar_t *text, wchar_t c);
int wcscmp(const wchar_t *a, const wchar_t *b);
wchar_t *wcscpy(wchar_t *to, const wchar_t *from);
size_t wcscspn(const wchar_t *text, const wchar_t *set);
size_t wcslen(const wchar_t *text);
wchar_t *wcsncat(wchar_t *to, const wchar_t *from, size_t count);
int wcsncmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *wcsncpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *wcspbrk(const wchar_t *text, const wchar_t *set);
wchar_t *wcsrchr(const wchar_t *text, wchar_t c);
size_t wcsspn(const wchar_t *text, const wchar_t *set);
wchar_t *wcsstr(const wchar_t *text, const wchar_t *wanted);
long wcstol(const wchar_t *text, wchar_t **end, int base);
int wctob(wint_t c);
wchar_t *wmemchr(const wchar_t *items, wchar_t c, size_t count);
int wmemcmp(const wchar_t *a, const wchar_t *b, size_t count);
wchar_t *wmemcpy(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t count);
wchar_t *wmemset(wchar_t *to, wchar_t c, size_t count);

#endif
