/* SPDX-License-Identifier: MIT */
/*
 * How a program begins and ends. The entry that smplab puts behind a file sets __smplab_start and calls main();
 * exit() jumps back there, through whatever frames there are.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#undef errno
int errno;

long __smplab_start[8];
int __smplab_status;
char *__smplab_arguments[2] = { "main" };

static void (*at_exit[64])(void);
static int at_exit_count;

int atexit(void (*function)(void))
{
	if (at_exit_count == sizeof(at_exit) / sizeof(at_exit[0]))
		return -1;
	at_exit[at_exit_count++] = function;
	return 0;
}

int at_quick_exit(void (*function)(void))
{
	(void)function;
	return 0;
}

/* What a program does last: the functions of atexit(), the latest first. One of them may call exit() again. */
void __smplab_finish(void)
{
	while (at_exit_count)
		at_exit[--at_exit_count]();
}

void _exit(int status)
{
	__smplab_status = status;
	at_exit_count = 0;
	longjmp(__smplab_start, 1);
}

void _Exit(int status)
{
	_exit(status);
}

void quick_exit(int status)
{
	_exit(status);
}

void exit(int status)
{
	__smplab_status = status;
	longjmp(__smplab_start, 1);
}

/* One process, and no other to ask about. */
pid_t getpid(void)
{
	return 1;
}

long sysconf(int name)
{
	if (name == _SC_PAGESIZE)
		return getpagesize();
	if (name == _SC_NPROCESSORS_ONLN)
		return 1;
	errno = EINVAL;
	return -1;
}

char *getenv(const char *name)
{
	(void)name;
	return NULL;
}
