/* SPDX-License-Identifier: MIT */
/*
 * Queues of a fixed size. https://docs.kernel.org/core-api/kfifo.html
 * One reader and one writer need no lock between them: the writer alone moves `in`, the reader alone moves `out`, and each
 * is moved when the elements have been copied. Everybody else takes a lock, as in the kernel.
 * Simpler: no records of variable length, no user memory, no DMA; a spinlocked form takes the lock with irqsave.
 */
#ifndef _LINUX_KFIFO_H
#define _LINUX_KFIFO_H

#include <linux/kernel.h>
#include <linux/errno.h>
#include <linux/log2.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <asm/barrier.h>

struct __kfifo {
	unsigned int in;
	unsigned int out;
	unsigned int mask;
	unsigned int esize;
	void *data;
};

/* `type` is there for its type only. */
#define __SMPLAB_KFIFO(etype, room) { struct __kfifo kfifo; etype *type; etype buf[room]; }
#define STRUCT_KFIFO(type, size) struct __SMPLAB_KFIFO(type, size)
#define STRUCT_KFIFO_PTR(type) struct __SMPLAB_KFIFO(type, 0)
struct kfifo __SMPLAB_KFIFO(unsigned char, 0);

#define DECLARE_KFIFO(fifo, type, size) STRUCT_KFIFO(type, size) fifo
#define DECLARE_KFIFO_PTR(fifo, type) STRUCT_KFIFO_PTR(type) fifo
#define DEFINE_KFIFO(fifo, type, size)                                                            \
	DECLARE_KFIFO(fifo, type, size) = {                                                       \
		.kfifo = { .mask = (size) - 1, .esize = sizeof(type), .data = (fifo).buf }        \
	}
#define INIT_KFIFO(fifo)                                                                          \
	((void)((fifo).kfifo = (struct __kfifo){ .mask = ARRAY_SIZE((fifo).buf) ? ARRAY_SIZE((fifo).buf) - 1 : 0, \
						 .esize = sizeof((fifo).buf[0]),                  \
						 .data = ARRAY_SIZE((fifo).buf) ? (fifo).buf : NULL }))

static inline unsigned int __smplab_kfifo_used(struct __kfifo *fifo)
{
	return smp_load_acquire(&fifo->in) - READ_ONCE(fifo->out);
}

static inline unsigned int __smplab_kfifo_room(struct __kfifo *fifo)
{
	return fifo->data ? fifo->mask + 1 - (READ_ONCE(fifo->in) - smp_load_acquire(&fifo->out)) : 0;
}

static inline void *__smplab_kfifo_at(struct __kfifo *fifo, unsigned int i)
{
	return (char *)fifo->data + (unsigned long)(i & fifo->mask) * fifo->esize;
}

static inline unsigned int __kfifo_in(struct __kfifo *fifo, const void *buf, unsigned int n)
{
	unsigned int room = __smplab_kfifo_room(fifo), in = READ_ONCE(fifo->in), i;

	n = min(n, room);
	for (i = 0; i < n; i++)
		memcpy(__smplab_kfifo_at(fifo, in + i), (const char *)buf + (unsigned long)i * fifo->esize, fifo->esize);
	if (n)
		smp_store_release(&fifo->in, in + n);
	return n;
}

static inline unsigned int __kfifo_out_peek(struct __kfifo *fifo, void *buf, unsigned int n)
{
	unsigned int used = __smplab_kfifo_used(fifo), out = READ_ONCE(fifo->out), i;

	n = min(n, used);
	for (i = 0; i < n; i++)
		memcpy((char *)buf + (unsigned long)i * fifo->esize, __smplab_kfifo_at(fifo, out + i), fifo->esize);
	return n;
}

static inline unsigned int __kfifo_out(struct __kfifo *fifo, void *buf, unsigned int n)
{
	n = __kfifo_out_peek(fifo, buf, n);
	if (n)
		smp_store_release(&fifo->out, READ_ONCE(fifo->out) + n);
	return n;
}

static inline int __kfifo_alloc(struct __kfifo *fifo, unsigned int size, unsigned int esize, gfp_t gfp)
{
	size = roundup_pow_of_two(size);
	*fifo = (struct __kfifo){ .esize = esize };
	if (size < 2)
		return -EINVAL;
	fifo->data = kmalloc_array(size, esize, gfp);
	if (!fifo->data)
		return -ENOMEM;
	fifo->mask = size - 1;
	return 0;
}

static inline void __kfifo_free(struct __kfifo *fifo)
{
	kfree(fifo->data);
	*fifo = (struct __kfifo){ .esize = fifo->esize };
}

#define kfifo_alloc(fifo, size, gfp) __kfifo_alloc(&(fifo)->kfifo, size, sizeof((fifo)->buf[0]), gfp)
#define kfifo_free(fifo) __kfifo_free(&(fifo)->kfifo)
#define kfifo_initialized(fifo) ((fifo)->kfifo.data != NULL)
#define kfifo_size(fifo) ((fifo)->kfifo.data ? (fifo)->kfifo.mask + 1 : 0)
#define kfifo_esize(fifo) ((fifo)->kfifo.esize)
#define kfifo_len(fifo) __smplab_kfifo_used(&(fifo)->kfifo)
#define kfifo_avail(fifo) __smplab_kfifo_room(&(fifo)->kfifo)
#define kfifo_is_empty(fifo) (kfifo_len(fifo) == 0)
#define kfifo_is_full(fifo) (kfifo_avail(fifo) == 0)
/* With a lock of its own it says nothing else. */
#define kfifo_is_empty_spinlocked(fifo, lock)                                                     \
	({                                                                                        \
		unsigned long __smplab_flags;                                                     \
		bool __smplab_empty;                                                              \
		spin_lock_irqsave(lock, __smplab_flags);                                          \
		__smplab_empty = kfifo_is_empty(fifo);                                            \
		spin_unlock_irqrestore(lock, __smplab_flags);                                     \
		__smplab_empty;                                                                   \
	})
/* Nobody else may use the queue meanwhile. */
#define kfifo_reset(fifo) ((void)((fifo)->kfifo.in = (fifo)->kfifo.out = 0))
/* The reader's. */
#define kfifo_reset_out(fifo) smp_store_release(&(fifo)->kfifo.out, smp_load_acquire(&(fifo)->kfifo.in))
#define kfifo_skip(fifo) smp_store_release(&(fifo)->kfifo.out, READ_ONCE((fifo)->kfifo.out) + 1)

/* 1 if there was room. */
#define kfifo_put(fifo, val)                                                                      \
	({                                                                                        \
		typeof((fifo)->buf[0]) __smplab_element = (val);                                  \
		__kfifo_in(&(fifo)->kfifo, &__smplab_element, 1);                                 \
	})
/* 1 if there was one. */
#define kfifo_get(fifo, ptr)                                                                      \
	({                                                                                        \
		typeof((fifo)->type) __smplab_to = (ptr);                                         \
		__kfifo_out(&(fifo)->kfifo, __smplab_to, 1);                                      \
	})
#define kfifo_peek(fifo, ptr)                                                                     \
	({                                                                                        \
		typeof((fifo)->type) __smplab_to = (ptr);                                         \
		__kfifo_out_peek(&(fifo)->kfifo, __smplab_to, 1);                                 \
	})
/* How many of n there was room for, or were there. */
#define kfifo_in(fifo, buf, n) __kfifo_in(&(fifo)->kfifo, buf, n)
#define kfifo_out(fifo, buf, n) __kfifo_out(&(fifo)->kfifo, buf, n)
#define kfifo_out_peek(fifo, buf, n) __kfifo_out_peek(&(fifo)->kfifo, buf, n)

#define __smplab_kfifo_locked(lock, does)                                                         \
	({                                                                                        \
		unsigned long __smplab_flags;                                                     \
		unsigned int __smplab_done;                                                       \
		spin_lock_irqsave(lock, __smplab_flags);                                          \
		__smplab_done = (does);                                                           \
		spin_unlock_irqrestore(lock, __smplab_flags);                                     \
		__smplab_done;                                                                    \
	})
#define kfifo_in_spinlocked(fifo, buf, n, lock) __smplab_kfifo_locked(lock, kfifo_in(fifo, buf, n))
#define kfifo_out_spinlocked(fifo, buf, n, lock) __smplab_kfifo_locked(lock, kfifo_out(fifo, buf, n))
#define kfifo_in_locked(fifo, buf, n, lock) kfifo_in_spinlocked(fifo, buf, n, lock)
#define kfifo_out_locked(fifo, buf, n, lock) kfifo_out_spinlocked(fifo, buf, n, lock)

#endif
