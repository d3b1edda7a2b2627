/* SPDX-License-Identifier: MIT */
/* Streams: three that are there from the start, and files that live in the machine's memory for as long as the run. */
#ifndef _STDIO_H
#define _STDIO_H

#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>

#define EOF (-1)
#define BUFSIZ 8192
#define FILENAME_MAX 4096
#define FOPEN_MAX 16
#define TMP_MAX 10000
#define L_tmpnam 20
#define P_tmpdir "/tmp"
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

typedef struct __smplab_stream FILE;
typedef long fpos_t;
extern FILE *stdin, *stdout, *stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

void clearerr(FILE *stream);
int fclose(FILE *stream);
FILE *fdopen(int file, const char *mode);
int feof(FILE *stream);
int ferror(FILE *stream);
int fflush(FILE *stream);
int fgetc(FILE *stream);
int fgetpos(FILE *stream, fpos_t *position);
char *fgets(char *to, int size, FILE *stream);
int fileno(FILE *stream);
FILE *fopen(const char *path, const char *mode);
int fprintf(FILE *stream, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
int fputc(int c, FILE *stream);
int fputs(const char *text, FILE *stream);
size_t fread(void *items, size_t size, size_t count, FILE *stream);
FILE *freopen(const char *path, const char *mode, FILE *stream);
int fscanf(FILE *stream, const char *format, ...);
int fseek(FILE *stream, long offset, int from);
int fseeko(FILE *stream, off_t offset, int from);
int fsetpos(FILE *stream, const fpos_t *position);
long ftell(FILE *stream);
off_t ftello(FILE *stream);
size_t fwrite(const void *items, size_t size, size_t count, FILE *stream);
int getc(FILE *stream);
int getchar(void);
ssize_t getdelim(char **line, size_t *room, int end, FILE *stream);
ssize_t getline(char **line, size_t *room, FILE *stream);
void perror(const char *text);
int printf(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
int putc(int c, FILE *stream);
int putchar(int c);
int puts(const char *text);
int remove(const char *path);
int rename(const char *from, const char *to);
void rewind(FILE *stream);
int scanf(const char *format, ...);
void setbuf(FILE *stream, char *buffer);
int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
int snprintf(char *to, size_t size, const char *format, ...) __attribute__((__format__(__printf__, 3, 4)));
int sprintf(char *to, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
int sscanf(const char *text, const char *format, ...);
FILE *tmpfile(void);
char *tmpnam(char *name);
int ungetc(int c, FILE *stream);
int vfprintf(FILE *stream, const char *format, va_list values);
int vfscanf(FILE *stream, const char *format, va_list values);
int vprintf(const char *format, va_list values);
int vscanf(const char *format, va_list values);
int vsnprintf(char *to, size_t size, const char *format, va_list values);
int vsprintf(char *to, const char *format, va_list values);
int vsscanf(const char *text, const char *format, va_list values);

#endif
