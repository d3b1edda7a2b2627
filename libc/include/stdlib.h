/* SPDX-License-Identifier: MIT */
#ifndef _STDLIB_H
#define _STDLIB_H

#include <alloca.h>
#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX 2147483647
#define MB_CUR_MAX ((size_t)1)

typedef struct {
	int quot, rem;
} div_t;
typedef struct {
	long quot, rem;
} ldiv_t;
typedef struct {
	long long quot, rem;
} lldiv_t;

void _Exit(int status) __attribute__((__noreturn__));
void abort(void) __attribute__((__noreturn__));
int (abs)(int value);
void *aligned_alloc(size_t align, size_t size) __attribute__((__malloc__));
int at_quick_exit(void (*function)(void));
int atexit(void (*function)(void));
double atof(const char *text);
int atoi(const char *text);
long atol(const char *text);
long long atoll(const char *text);
void *bsearch(const void *key, const void *base, size_t count, size_t size,
	      int (*compare)(const void *, const void *));
void *calloc(size_t count, size_t size) __attribute__((__malloc__));
div_t div(int a, int b);
void exit(int status) __attribute__((__noreturn__));
void free(void *object);
char *getenv(const char *name);
long labs(long value);
ldiv_t ldiv(long a, long b);
long long llabs(long long value);
lldiv_t lldiv(long long a, long long b);
size_t mbstowcs(wchar_t *to, const char *from, size_t count);
int mbtowc(wchar_t *to, const char *from, size_t size);
int mblen(const char *from, size_t size);
int mkstemp(char *name);
void *malloc(size_t size) __attribute__((__malloc__));
int posix_memalign(void **object, size_t align, size_t size);
void qsort(void *base, size_t count, size_t size, int (*compare)(const void *, const void *));
void quick_exit(int status) __attribute__((__noreturn__));
int rand(void);
int rand_r(unsigned int *state);
long random(void);
void *realloc(void *object, size_t size);
void srand(unsigned int seed);
void srandom(unsigned int seed);
double strtod(const char *text, char **end);
float strtof(const char *text, char **end);
long strtol(const char *text, char **end, int base);
long double strtold(const char *text, char **end);
long long strtoll(const char *text, char **end, int base);
unsigned long strtoul(const char *text, char **end, int base);
unsigned long long strtoull(const char *text, char **end, int base);
size_t wcstombs(char *to, const wchar_t *from, size_t count);
int wctomb(char *to, wchar_t c);

#endif
