/* SPDX-License-Identifier: MIT */
/*
 * The heap. malloc() and free() are operations of the machine, which watches bounds and lifetimes; memory is never
 * given out twice in a run.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

extern size_t __smplab_object_size(void *object);

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *object;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	object = malloc(bytes);
	if (object)
		memset(object, 0, bytes);
	return object;
}

void *realloc(void *object, size_t size)
{
	void *grown;
	size_t old;

	if (!object)
		return malloc(size);
	old = __smplab_object_size(object);
	grown = malloc(size);
	if (grown) {
		memcpy(grown, object, old < size ? old : size);
		free(object);
	}
	return grown;
}

/* What malloc() gives is aligned to 16. */
void *aligned_alloc(size_t align, size_t size)
{
	return align <= 16 ? malloc(size) : NULL;
}

int posix_memalign(void **object, size_t align, size_t size)
{
	*object = aligned_alloc(align, size);
	return *object ? 0 : ENOMEM;
}
