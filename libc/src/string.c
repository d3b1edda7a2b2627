/* SPDX-License-Identifier: MIT */
/* <string.h> and <strings.h>: plain loops, one byte at a time, so that a fault names the byte that is at fault. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *memcpy(void *to, const void *from, size_t size)
{
	return __builtin_memcpy(to, from, size);
}

void *memmove(void *to, const void *from, size_t size)
{
	return __builtin_memmove(to, from, size);
}

void *memset(void *to, int c, size_t size)
{
	return __builtin_memset(to, c, size);
}

void *mempcpy(void *to, const void *from, size_t size)
{
	return (char *)__builtin_memcpy(to, from, size) + size;
}

void *memccpy(void *to, const void *from, int last, size_t size)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	while (size--)
		if ((*t++ = *f++) == (unsigned char)last)
			return t;
	return NULL;
}

int memcmp(const void *a, const void *b, size_t size)
{
	const unsigned char *x = a, *y = b;

	for (; size; size--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

void *memchr(const void *bytes, int c, size_t size)
{
	const unsigned char *at = bytes;

	for (; size; size--, at++)
		if (*at == (unsigned char)c)
			return (void *)at;
	return NULL;
}

void *memrchr(const void *bytes, int c, size_t size)
{
	const unsigned char *start = bytes;

	while (size--)
		if (start[size] == (unsigned char)c)
			return (void *)(start + size);
	return NULL;
}

void *memmem(const void *bytes, size_t size, const void *wanted, size_t length)
{
	const char *at = bytes;

	for (; size >= length; size--, at++)
		if (!memcmp(at, wanted, length))
			return (void *)at;
	return NULL;
}

size_t strlen(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

size_t strnlen(const char *text, size_t size)
{
	size_t length = 0;

	while (length < size && text[length])
		length++;
	return length;
}

char *stpcpy(char *to, const char *from)
{
	while ((*to = *from++))
		to++;
	return to;
}

char *strcpy(char *to, const char *from)
{
	stpcpy(to, from);
	return to;
}

char *stpncpy(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);

	__builtin_memcpy(to, from, length);
	__builtin_memset(to + length, 0, size - length);
	return to + length;
}

char *strncpy(char *to, const char *from, size_t size)
{
	stpncpy(to, from, size);
	return to;
}

char *strcat(char *to, const char *from)
{
	stpcpy(to + strlen(to), from);
	return to;
}

char *strncat(char *to, const char *from, size_t size)
{
	size_t length = strnlen(from, size);
	char *end = to + strlen(to);

	__builtin_memcpy(end, from, length);
	end[length] = 0;
	return to;
}

size_t strlcpy(char *to, const char *from, size_t size)
{
	size_t length = strlen(from);

	if (size) {
		size_t kept = length < size ? length : size - 1;

		__builtin_memcpy(to, from, kept);
		to[kept] = 0;
	}
	return length;
}

size_t strlcat(char *to, const char *from, size_t size)
{
	size_t length = strnlen(to, size);

	return length + strlcpy(to + length, from, size - length);
}

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *(const unsigned char *)a - *(const unsigned char *)b;
}

int strcoll(const char *a, const char *b)
{
	return strcmp(a, b);
}

int strncmp(const char *a, const char *b, size_t size)
{
	for (; size; size--, a++, b++)
		if (*a != *b || !*a)
			return *(const unsigned char *)a - *(const unsigned char *)b;
	return 0;
}

int strncasecmp(const char *a, const char *b, size_t size)
{
	for (; size; size--, a++, b++) {
		int x = tolower(*(const unsigned char *)a), y = tolower(*(const unsigned char *)b);

		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, (size_t)-1);
}

char *strchrnul(const char *text, int c)
{
	while (*text && *text != (char)c)
		text++;
	return (char *)text;
}

char *strchr(const char *text, int c)
{
	char *at = strchrnul(text, c);

	return *at == (char)c ? at : NULL;
}

char *strrchr(const char *text, int c)
{
	return memrchr(text, c, strlen(text) + 1);
}

char *index(const char *text, int c)
{
	return strchr(text, c);
}

char *rindex(const char *text, int c)
{
	return strrchr(text, c);
}

size_t strcspn(const char *text, const char *set)
{
	size_t length = 0;

	while (text[length] && !strchr(set, text[length]))
		length++;
	return length;
}

size_t strspn(const char *text, const char *set)
{
	size_t length = 0;

	while (text[length] && strchr(set, text[length]))
		length++;
	return length;
}

char *strpbrk(const char *text, const char *set)
{
	text += strcspn(text, set);
	return *text ? (char *)text : NULL;
}

char *strstr(const char *text, const char *wanted)
{
	size_t length = strlen(wanted);

	for (;; text++) {
		if (!strncmp(text, wanted, length))
			return (char *)text;
		if (!*text)
			return NULL;
	}
}

char *strtok_r(char *text, const char *set, char **state)
{
	char *end;

	if (!text)
		text = *state;
	text += strspn(text, set);
	end = text + strcspn(text, set);
	*state = *end ? end + 1 : end;
	if (end == text)
		return NULL;
	*end = 0;
	return text;
}

char *strtok(char *text, const char *set)
{
	static char *state;

	return strtok_r(text, set, &state);
}

char *strsep(char **text, const char *set)
{
	char *start = *text, *end;

	if (!start)
		return NULL;
	end = start + strcspn(start, set);
	*text = *end ? end + 1 : NULL;
	*end = 0;
	return start;
}

char *strndup(const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	char *copy = malloc(length + 1);

	if (copy) {
		__builtin_memcpy(copy, text, length);
		copy[length] = 0;
	}
	return copy;
}

char *strdup(const char *text)
{
	return strndup(text, (size_t)-1);
}

char *strerror(int number)
{
	static char unknown[32];

	switch (number) {
	case 0:
		return "Success";
	case EPERM:
		return "Operation not permitted";
	case ENOENT:
		return "No such file or directory";
	case EINTR:
		return "Interrupted system call";
	case EIO:
		return "Input/output error";
	case EBADF:
		return "Bad file descriptor";
	case EAGAIN:
		return "Resource temporarily unavailable";
	case ENOMEM:
		return "Cannot allocate memory";
	case EACCES:
		return "Permission denied";
	case EFAULT:
		return "Bad address";
	case EBUSY:
		return "Device or resource busy";
	case EEXIST:
		return "File exists";
	case EINVAL:
		return "Invalid argument";
	case EMFILE:
		return "Too many open files";
	case ENOSPC:
		return "No space left on device";
	case ESPIPE:
		return "Illegal seek";
	case EPIPE:
		return "Broken pipe";
	case EDOM:
		return "Numerical argument out of domain";
	case ERANGE:
		return "Numerical result out of range";
	case ENOSYS:
		return "Function not implemented";
	}
	snprintf(unknown, sizeof(unknown), "Unknown error %d", number);
	return unknown;
}

int bcmp(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size);
}

void bcopy(const void *from, void *to, size_t size)
{
	__builtin_memmove(to, from, size);
}

void bzero(void *to, size_t size)
{
	__builtin_memset(to, 0, size);
}

int ffs(int value)
{
	return __builtin_ffs(value);
}

int ffsl(long value)
{
	return __builtin_ffsl(value);
}

int ffsll(long long value)
{
	return __builtin_ffsll(value);
}

char *strcasestr(const char *text, const char *wanted)
{
	size_t length = strlen(wanted);

	for (;; text++) {
		if (!strncasecmp(text, wanted, length))
			return (char *)text;
		if (!*text)
			return NULL;
	}
}
