/* SPDX-License-Identifier: MIT */
/*
 * Streams. Standard output and error go to the machine's captured output at once; standard input is empty; files are
 * bytes in memory, known by name for as long as nobody removes them. A descriptor is a stream's number: the functions
 * of <unistd.h> and <fcntl.h> are the same streams under that name.
 *
 * A file outlives its name as long as a stream has it open, as on any Unix: so each counts who holds it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void __smplab_write(const void *bytes, size_t size);

struct file {
	struct file *next;
	/* NULL once removed. */
	char *name;
	char *bytes;
	size_t size;
	size_t room;
	int streams;
};

struct __smplab_stream {
	/* NULL: the captured output, or the empty input. */
	struct file *file;
	size_t at;
	int open;
	int readable;
	int writable;
	int append;
	int end;
	int error;
	/* What ungetc() gave back, the last one first. */
	int kept;
	unsigned char back[8];
};

static FILE streams[FOPEN_MAX] = {
	{ .open = 1, .readable = 1 },
	{ .open = 1, .writable = 1 },
	{ .open = 1, .writable = 1 },
};

#undef stdin
#undef stdout
#undef stderr
FILE *stdin = &streams[0];
FILE *stdout = &streams[1];
FILE *stderr = &streams[2];

static struct file *files;
static int temporary_names;

/* -------------------------------------------------------------------------------------------------------- files */

static struct file *find(const char *path)
{
	for (struct file *file = files; file; file = file->next)
		if (file->name && !strcmp(file->name, path))
			return file;
	return NULL;
}

static struct file *create(const char *path)
{
	struct file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	if (path)
		file->name = strdup(path);
	file->next = files;
	files = file;
	return file;
}

static void drop(struct file *file)
{
	if (file->streams || file->name)
		return;
	for (struct file **at = &files; *at; at = &(*at)->next) {
		if (*at == file) {
			*at = file->next;
			break;
		}
	}
	free(file->bytes);
	free(file);
}

static int grow(struct file *file, size_t size)
{
	size_t room = file->room ? file->room : 256;
	char *bytes;

	if (size <= file->room)
		return 0;
	while (room < size)
		room *= 2;
	bytes = realloc(file->bytes, room);
	if (!bytes) {
		errno = ENOSPC;
		return -1;
	}
	memset(bytes + file->room, 0, room - file->room);
	file->bytes = bytes;
	file->room = room;
	return 0;
}

int remove(const char *path)
{
	struct file *file = find(path);

	if (!file) {
		errno = ENOENT;
		return -1;
	}
	free(file->name);
	file->name = NULL;
	drop(file);
	return 0;
}

int unlink(const char *path)
{
	return remove(path);
}

int rename(const char *from, const char *to)
{
	struct file *file = find(from);

	if (!file) {
		errno = ENOENT;
		return -1;
	}
	if (!strcmp(from, to))
		return 0;
	if (find(to))
		remove(to);
	free(file->name);
	file->name = strdup(to);
	return 0;
}

int access(const char *path, int mode)
{
	(void)mode;
	if (find(path))
		return 0;
	errno = ENOENT;
	return -1;
}

/* ---------------------------------------------------------------------------------------------- opening, closing */

static FILE *start(FILE *stream, struct file *file, int flags)
{
	int access = flags & O_ACCMODE;

	if (!stream)
		for (stream = streams; stream < streams + FOPEN_MAX && stream->open; stream++)
			;
	if (stream == streams + FOPEN_MAX) {
		errno = EMFILE;
		return NULL;
	}
	*stream = (FILE){
		.file = file,
		.open = 1,
		.readable = access != O_WRONLY,
		.writable = access != O_RDONLY,
		.append = (flags & O_APPEND) != 0,
	};
	file->streams++;
	return stream;
}

static FILE *open_stream(FILE *stream, const char *path, int flags)
{
	struct file *file = find(path);

	if (file && (flags & O_CREAT) && (flags & O_EXCL)) {
		errno = EEXIST;
		return NULL;
	}
	if (!file) {
		if (!(flags & O_CREAT)) {
			errno = ENOENT;
			return NULL;
		}
		file = create(path);
		if (!file)
			return NULL;
	}
	if (flags & O_TRUNC)
		file->size = 0;
	return start(stream, file, flags);
}

/* The flags of open() for a mode of fopen(), or -1. */
static int flags_of(const char *mode)
{
	int both = strchr(mode, '+') != NULL;

	switch (*mode) {
	case 'r':
		return both ? O_RDWR : O_RDONLY;
	case 'w':
		return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_TRUNC | (strchr(mode, 'x') ? O_EXCL : 0);
	case 'a':
		return (both ? O_RDWR : O_WRONLY) | O_CREAT | O_APPEND;
	}
	errno = EINVAL;
	return -1;
}

FILE *fopen(const char *path, const char *mode)
{
	int flags = flags_of(mode);

	return flags < 0 ? NULL : open_stream(NULL, path, flags);
}

int fclose(FILE *stream)
{
	struct file *file = stream->file;

	if (!stream->open) {
		errno = EBADF;
		return EOF;
	}
	stream->open = 0;
	stream->file = NULL;
	if (file) {
		file->streams--;
		drop(file);
	}
	return 0;
}

FILE *freopen(const char *path, const char *mode, FILE *stream)
{
	int flags = flags_of(mode);

	if (stream->open)
		fclose(stream);
	return flags < 0 || !path ? NULL : open_stream(stream, path, flags);
}

FILE *tmpfile(void)
{
	struct file *file = create(NULL);

	return file ? start(NULL, file, O_RDWR) : NULL;
}

char *tmpnam(char *name)
{
	static char own[L_tmpnam];

	if (!name)
		name = own;
	do
		snprintf(name, L_tmpnam, "/tmp/file%05d", temporary_names++);
	while (find(name));
	return name;
}

int mkstemp(char *name)
{
	size_t length = strlen(name);

	if (length < 6 || strcmp(name + length - 6, "XXXXXX")) {
		errno = EINVAL;
		return -1;
	}
	do
		snprintf(name + length - 6, 7, "%06d", temporary_names++);
	while (find(name));
	return open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
}

int fileno(FILE *stream)
{
	return stream - streams;
}

static FILE *stream_of(int number)
{
	if (number >= 0 && number < FOPEN_MAX && streams[number].open)
		return &streams[number];
	errno = EBADF;
	return NULL;
}

FILE *fdopen(int number, const char *mode)
{
	return flags_of(mode) < 0 ? NULL : stream_of(number);
}

int open(const char *path, int flags, ...)
{
	FILE *stream = open_stream(NULL, path, flags);

	return stream ? fileno(stream) : -1;
}

int creat(const char *path, mode_t mode)
{
	return open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);
}

int close(int number)
{
	FILE *stream = stream_of(number);

	return stream ? fclose(stream) : -1;
}

/* ------------------------------------------------------------------------------------------------------- writing */

static size_t write_bytes(const char *bytes, size_t size, FILE *stream)
{
	struct file *file = stream->file;

	if (!stream->open || !stream->writable) {
		stream->error = 1;
		errno = EBADF;
		return 0;
	}
	if (!file) {
		__smplab_write(bytes, size);
		return size;
	}
	if (stream->append)
		stream->at = file->size;
	if (grow(file, stream->at + size)) {
		stream->error = 1;
		return 0;
	}
	if (stream->at > file->size)
		memset(file->bytes + file->size, 0, stream->at - file->size);
	memcpy(file->bytes + stream->at, bytes, size);
	stream->at += size;
	if (stream->at > file->size)
		file->size = stream->at;
	return size;
}

size_t fwrite(const void *items, size_t size, size_t count, FILE *stream)
{
	return size ? write_bytes(items, size * count, stream) / size : 0;
}

ssize_t write(int number, const void *bytes, size_t size)
{
	FILE *stream = stream_of(number);

	return stream && (!size || write_bytes(bytes, size, stream)) ? (ssize_t)size : -1;
}

int fputc(int c, FILE *stream)
{
	unsigned char byte = c;

	return write_bytes((char *)&byte, 1, stream) ? byte : EOF;
}

int putc(int c, FILE *stream)
{
	return fputc(c, stream);
}

int putchar(int c)
{
	return fputc(c, stdout);
}

int fputs(const char *text, FILE *stream)
{
	size_t length = strlen(text);

	return !length || write_bytes(text, length, stream) ? 1 : EOF;
}

int puts(const char *text)
{
	return fputs(text, stdout) == EOF ? EOF : fputc('\n', stdout) == EOF ? EOF : 1;
}

int fflush(FILE *stream)
{
	(void)stream;
	return 0;
}

int setvbuf(FILE *stream, char *buffer, int mode, size_t size)
{
	(void)stream, (void)buffer, (void)mode, (void)size;
	return 0;
}

void setbuf(FILE *stream, char *buffer)
{
	(void)stream, (void)buffer;
}

void perror(const char *text)
{
	if (text && *text)
		fprintf(stderr, "%s: ", text);
	fprintf(stderr, "%s\n", strerror(errno));
}

/* ------------------------------------------------------------------------------------------------------- reading */

static size_t read_bytes(char *to, size_t size, FILE *stream)
{
	struct file *file = stream->file;
	size_t done = 0, left;

	if (!stream->open || !stream->readable) {
		stream->error = 1;
		errno = EBADF;
		return 0;
	}
	while (stream->kept && done < size)
		to[done++] = stream->back[--stream->kept];
	left = file && stream->at < file->size ? file->size - stream->at : 0;
	if (left > size - done)
		left = size - done;
	if (left) {
		memcpy(to + done, file->bytes + stream->at, left);
		stream->at += left;
	}
	if (done + left < size)
		stream->end = 1;
	return done + left;
}

size_t fread(void *items, size_t size, size_t count, FILE *stream)
{
	return size ? read_bytes(items, size * count, stream) / size : 0;
}

ssize_t read(int number, void *bytes, size_t size)
{
	FILE *stream = stream_of(number);

	if (!stream)
		return -1;
	if (!stream->readable) {
		errno = EBADF;
		return -1;
	}
	return read_bytes(bytes, size, stream);
}

int fgetc(FILE *stream)
{
	char byte;

	return read_bytes(&byte, 1, stream) ? (unsigned char)byte : EOF;
}

int getc(FILE *stream)
{
	return fgetc(stream);
}

int getchar(void)
{
	return fgetc(stdin);
}

int ungetc(int c, FILE *stream)
{
	if (c == EOF || stream->kept == sizeof(stream->back))
		return EOF;
	stream->back[stream->kept++] = c;
	stream->end = 0;
	return (unsigned char)c;
}

char *fgets(char *to, int size, FILE *stream)
{
	char *at = to;
	int c = 0;

	while (at < to + size - 1 && c != '\n') {
		c = fgetc(stream);
		if (c == EOF)
			break;
		*at++ = c;
	}
	if (at == to && size > 1)
		return NULL;
	*at = 0;
	return to;
}

ssize_t getdelim(char **line, size_t *room, int end, FILE *stream)
{
	size_t length = 0;
	int c;

	do {
		c = fgetc(stream);
		if (c == EOF)
			break;
		if (!*line || length + 2 > *room) {
			*room = *line && *room ? *room * 2 : 120;
			*line = realloc(*line, *room);
			if (!*line)
				return -1;
		}
		(*line)[length++] = c;
	} while (c != end);
	if (!length)
		return -1;
	(*line)[length] = 0;
	return length;
}

ssize_t getline(char **line, size_t *room, FILE *stream)
{
	return getdelim(line, room, '\n', stream);
}

int feof(FILE *stream)
{
	return stream->end;
}

int ferror(FILE *stream)
{
	return stream->error;
}

void clearerr(FILE *stream)
{
	stream->end = stream->error = 0;
}

/* ------------------------------------------------------------------------------------------------------ position */

int fseek(FILE *stream, long offset, int from)
{
	struct file *file = stream->file;
	long base;

	if (!file) {
		errno = ESPIPE;
		return -1;
	}
	switch (from) {
	case SEEK_SET:
		base = 0;
		break;
	case SEEK_CUR:
		base = ftell(stream);
		break;
	case SEEK_END:
		base = file->size;
		break;
	default:
		base = -1;
	}
	if (base < 0 || base + offset < 0) {
		errno = EINVAL;
		return -1;
	}
	stream->at = base + offset;
	stream->end = stream->kept = 0;
	return 0;
}

int fseeko(FILE *stream, off_t offset, int from)
{
	return fseek(stream, offset, from);
}

long ftell(FILE *stream)
{
	if (!stream->file) {
		errno = ESPIPE;
		return -1;
	}
	return stream->at - stream->kept;
}

off_t ftello(FILE *stream)
{
	return ftell(stream);
}

off_t lseek(int number, off_t offset, int from)
{
	FILE *stream = stream_of(number);

	return !stream || fseek(stream, offset, from) ? -1 : ftell(stream);
}

void rewind(FILE *stream)
{
	fseek(stream, 0, SEEK_SET);
	clearerr(stream);
}

int fgetpos(FILE *stream, fpos_t *position)
{
	*position = ftell(stream);
	return *position < 0 ? -1 : 0;
}

int fsetpos(FILE *stream, const fpos_t *position)
{
	return fseek(stream, *position, SEEK_SET);
}

int ftruncate(int number, off_t size)
{
	FILE *stream = stream_of(number);

	if (!stream || !stream->file || size < 0 || grow(stream->file, size))
		return -1;
	if (size > (off_t)stream->file->size)
		memset(stream->file->bytes + stream->file->size, 0, size - stream->file->size);
	stream->file->size = size;
	return 0;
}

int isatty(int number)
{
	FILE *stream = stream_of(number);

	if (stream)
		errno = ENOTTY;
	return 0;
}
