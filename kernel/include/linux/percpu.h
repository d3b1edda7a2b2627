/* SPDX-License-Identifier: MIT */
/* Dynamic per-CPU memory. https://docs.kernel.org/core-api/this_cpu_ops.html; object: kernel/objects/percpu.ts. */
#ifndef _LINUX_PERCPU_H
#define _LINUX_PERCPU_H

#include <linux/percpu-defs.h>
#include <linux/smp.h>
#include <linux/cpumask.h>
#include <linux/slab.h>

/* Zeroed; may sleep. NULL when the areas are full. */
void *__alloc_percpu(size_t size, size_t align);
void free_percpu(void *cookie);

#define __alloc_percpu_gfp(size, align, gfp) __alloc_percpu(size, align)
#define alloc_percpu(type) ((typeof(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, gfp) alloc_percpu(type)

#endif
