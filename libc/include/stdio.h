/* SPDX-License-Identifier: MIT */
/* Two streams that are written, and nothing to read: there are no files on this machine. */
#ifndef _STDIO_H
#define _STDIO_H

#include <stdarg.h>
#include <stddef.h>

#define EOF (-1)
#define BUFSIZ 8192
#define FILENAME_MAX 4096
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

typedef struct __smplab_stream FILE;
extern FILE *stdin, *stdout, *stderr;
#define stdin stdin
#define stdout stdout
#define stderr stderr

int fclose(FILE *stream);
int feof(FILE *stream);
int ferror(FILE *stream);
int fflush(FILE *stream);
int fgetc(FILE *stream);
char *fgets(char *to, int size, FILE *stream);
FILE *fopen(const char *path, const char *mode);
int fprintf(FILE *stream, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
int fputc(int c, FILE *stream);
int fputs(const char *text, FILE *stream);
size_t fwrite(const void *items, size_t size, size_t count, FILE *stream);
int getc(FILE *stream);
int getchar(void);
void perror(const char *text);
int printf(const char *format, ...) __attribute__((__format__(__printf__, 1, 2)));
int putc(int c, FILE *stream);
int putchar(int c);
int puts(const char *text);
int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
void setbuf(FILE *stream, char *buffer);
int snprintf(char *to, size_t size, const char *format, ...) __attribute__((__format__(__printf__, 3, 4)));
int sprintf(char *to, const char *format, ...) __attribute__((__format__(__printf__, 2, 3)));
int sscanf(const char *text, const char *format, ...);
int vfprintf(FILE *stream, const char *format, va_list values);
int vprintf(const char *format, va_list values);
int vsnprintf(char *to, size_t size, const char *format, va_list values);
int vsprintf(char *to, const char *format, va_list values);

#endif
