/* SPDX-License-Identifier: MIT */
#ifndef _UNISTD_H
#define _UNISTD_H

#include <stddef.h>
#include <sys/types.h>

#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define F_OK 0
#define X_OK 1
#define W_OK 2
#define R_OK 4
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif
#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE _SC_PAGESIZE
#define _SC_NPROCESSORS_ONLN 84

void _exit(int status) __attribute__((__noreturn__));
int access(const char *path, int mode);
int close(int file);
int ftruncate(int file, off_t size);
int getpagesize(void);
pid_t getpid(void);
int isatty(int file);
off_t lseek(int file, off_t offset, int from);
ssize_t read(int file, void *bytes, size_t size);
long sysconf(int name);
int unlink(const char *path);
ssize_t write(int file, const void *bytes, size_t size);

#endif
