/* SPDX-License-Identifier: MIT */
/*
 * Memory for objects. https://docs.kernel.org/core-api/memory-allocation.html; object: kernel/objects/slab.ts.
 * An allocation fails only when the run's arena is exhausted. Freed memory is never handed out again within
 * a run, so that every use after free shows.
 * Of the GFP flags only __GFP_ZERO and whether sleeping is allowed matter. Stricter: a load of what kmalloc() gave and
 * nobody has stored to is reported, where KMSAN waits until the value decides something; what is loaded is 0.
 */
#ifndef _LINUX_SLAB_H
#define _LINUX_SLAB_H

#include <linux/atomic.h>
#include <linux/cleanup.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/types.h>
#include <linux/gfp.h>
#include <linux/limits.h>
#include <linux/string.h>

#define ARCH_KMALLOC_MINALIGN 16
#define KMALLOC_MAX_SIZE (1UL << 22)
#define ZERO_SIZE_PTR ((void *)16)
#define ZERO_OR_NULL_PTR(x) ((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

void *kmalloc(size_t size, gfp_t flags);
void kfree(const void *objp);
/* Bytes of a live object. */
size_t ksize(const void *objp);

#define kzalloc(size, flags) kmalloc(size, (flags) | __GFP_ZERO)
#define kmalloc_node(size, flags, node) ((void)(node), kmalloc(size, flags))
#define kzalloc_node(size, flags, node) ((void)(node), kzalloc(size, flags))
#define kvmalloc(size, flags) kmalloc(size, flags)
#define kvzalloc(size, flags) kzalloc(size, flags)
#define kvfree(p) kfree(p)
#define kfree_sensitive(p) kfree(p)
#define kzfree(p) kfree(p)
#define kfree_const(p) kfree(p)

#define kmalloc_obj(obj, ...) ((typeof(obj) *)kmalloc(sizeof(obj), ##__VA_ARGS__))
#define kzalloc_obj(obj, ...) ((typeof(obj) *)kzalloc(sizeof(obj), ##__VA_ARGS__))

static inline void *kmalloc_array(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes))
		return NULL;
	return kmalloc(bytes, flags);
}

#define kcalloc(n, size, flags) kmalloc_array(n, size, (flags) | __GFP_ZERO)
#define kvmalloc_array(n, size, flags) kmalloc_array(n, size, flags)
#define kvcalloc(n, size, flags) kcalloc(n, size, flags)
#define array_size(a, b) ((size_t)(a) * (b))
#define struct_size(p, member, count) (sizeof(*(p)) + sizeof(*(p)->member) * (count))

static inline void *krealloc(const void *p, size_t size, gfp_t flags)
{
	void *fresh;
	size_t old;

	if (size == 0) {
		kfree(p);
		return ZERO_SIZE_PTR;
	}
	fresh = kmalloc(size, flags);
	if (fresh && !ZERO_OR_NULL_PTR(p)) {
		old = ksize(p);
		__builtin_memcpy(fresh, p, old < size ? old : size);
		kfree(p);
	}
	return fresh;
}

static inline void *kmemdup(const void *src, size_t len, gfp_t flags)
{
	void *p = kmalloc(len, flags);

	if (p)
		__builtin_memcpy(p, src, len);
	return p;
}

static inline char *kstrdup(const char *s, gfp_t flags)
{
	return s ? kmemdup(s, strlen(s) + 1, flags) : NULL;
}

#define SLAB_HWCACHE_ALIGN 0x2000u
#define SLAB_PANIC 0x40000u
#define SLAB_ACCOUNT 0x4000000u
#define SLAB_RECLAIM_ACCOUNT 0x20000u
#define SLAB_MEM_SPREAD 0

struct kmem_cache {
	const char *name;
	unsigned int object_size;
	unsigned int align;
	slab_flags_t flags;
	void (*ctor)(void *object);
};

/* One step each, as kmalloc() and kfree(); what they read of the cache changes only when that is destroyed. */
void *__smplab_cache_alloc(struct kmem_cache *s, gfp_t flags);
void *__smplab_cache_ctor(struct kmem_cache *s);
void __smplab_cache_destroy(struct kmem_cache *s);
void kmem_cache_free(struct kmem_cache *s, void *objp);

static inline struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align,
						   slab_flags_t flags, void (*ctor)(void *))
{
	struct kmem_cache *s = kmalloc(sizeof(*s), GFP_KERNEL);

	if (s) {
		s->name = name;
		s->object_size = size;
		s->align = align;
		s->flags = flags;
		s->ctor = ctor;
	}
	return s;
}

static inline void kmem_cache_destroy(struct kmem_cache *s)
{
	if (s)
		__smplab_cache_destroy(s);
	kfree(s);
}

static inline void *kmem_cache_alloc(struct kmem_cache *s, gfp_t flags)
{
	void *object = __smplab_cache_alloc(s, flags);
	void (*ctor)(void *) = (void (*)(void *))__smplab_cache_ctor(s);

	if (object && ctor)
		ctor(object);
	return object;
}

#define kmem_cache_zalloc(s, flags) kmem_cache_alloc(s, (flags) | __GFP_ZERO)
#define kmem_cache_alloc_node(s, flags, node) kmem_cache_alloc(s, flags)
#define kmem_cache_size(s) ((s)->object_size)
#define kmem_cache_shrink(s) 0
#define KMEM_CACHE(__struct, __flags)                                                             \
	kmem_cache_create(#__struct, sizeof(struct __struct), __alignof__(struct __struct), (__flags), NULL)

DEFINE_FREE(kfree, void *, if (_T) kfree(_T))

#endif
