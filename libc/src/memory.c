/* SPDX-License-Identifier: MIT */
/*
 * The heap. malloc() and free() are operations of the machine, which watches bounds and lifetimes; memory is never
 * given out twice in a run.
 */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

/* What lies between the end of an object of the heap, rounded up to 16, and the next one. */
#define GAP 16

/*
 * What malloc() gives is aligned to 16. For more, an object in front is made just as long that the next one begins where
 * it should: it is lost, but what is given can be freed.
 */
void *aligned_alloc(size_t align, size_t size)
{
	uintptr_t next, before;

	if (align & (align - 1)) {
		errno = EINVAL;
		return NULL;
	}
	if (align <= 16)
		return malloc(size);
	next = (uintptr_t)malloc(1) + 16 + GAP;
	if (next & (align - 1)) {
		before = -(next + GAP) & (align - 1);
		(void)malloc(before ? before : align);
	}
	return malloc(size);
}

int posix_memalign(void **object, size_t align, size_t size)
{
	void *given;

	if (align < sizeof(void *) || align & (align - 1))
		return EINVAL;
	given = aligned_alloc(align, size);
	if (!given)
		return ENOMEM;
	*object = given;
	return 0;
}

void *memalign(size_t align, size_t size)
{
	return aligned_alloc(align, size);
}

/* ------------------------------------------------------------------------------------------------------- mappings */

#define PAGE 4096

struct mapping {
	struct mapping *next;
	void *start;
	size_t size;
	/* Not given back yet. */
	size_t left;
};

static struct mapping *mappings;

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset)
{
	size_t size = (length + PAGE - 1) & -PAGE;
	struct mapping *mapping;
	void *pages;

	(void)address, (void)protection, (void)file, (void)offset;
	if (!length || (flags & MAP_FIXED) || !(flags & MAP_ANONYMOUS)) {
		errno = length && !(flags & MAP_FIXED) ? ENODEV : EINVAL;
		return MAP_FAILED;
	}
	mapping = malloc(sizeof(*mapping));
	pages = aligned_alloc(PAGE, size);
	if (!mapping || !pages)
		return MAP_FAILED;
	*mapping = (struct mapping){ mappings, pages, size, size };
	mappings = mapping;
	return memset(pages, 0, size);
}

/* The machine's heap gives nothing back in parts: what is left of a mapping keeps all of it. */
int munmap(void *address, size_t length)
{
	struct mapping *mapping;
	size_t size = (length + PAGE - 1) & -PAGE;

	if ((uintptr_t)address & (PAGE - 1) || !length) {
		errno = EINVAL;
		return -1;
	}
	for (mapping = mappings; mapping; mapping = mapping->next) {
		if (address < mapping->start || address >= mapping->start + mapping->size)
			continue;
		mapping->left -= size;
		if (!mapping->left)
			free(mapping->start);
	}
	return 0;
}

int mprotect(void *address, size_t length, int protection)
{
	(void)address, (void)length, (void)protection;
	errno = ENOSYS;
	return -1;
}

int getpagesize(void)
{
	return PAGE;
}
