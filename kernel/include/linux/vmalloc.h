/* SPDX-License-Identifier: MIT */
/* Simpler: the same memory as kmalloc()'s. https://docs.kernel.org/core-api/memory-allocation.html */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H
#include <linux/slab.h>
#define vmalloc(size) kmalloc(size, GFP_KERNEL)
#define vzalloc(size) kzalloc(size, GFP_KERNEL)
#define vmalloc_node(size, node) vmalloc(size)
#define vzalloc_node(size, node) vzalloc(size)
#define vfree(p) kfree(p)
#endif
