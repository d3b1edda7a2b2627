/* SPDX-License-Identifier: MIT */
/* From a member to the structure that holds it. */
#ifndef _LINUX_CONTAINER_OF_H
#define _LINUX_CONTAINER_OF_H

#include <linux/stddef.h>

#define typeof_member(T, m) typeof(((T *)0)->m)
#define container_of(ptr, type, member)                                                           \
	({                                                                                        \
		const typeof(((type *)0)->member) *__mptr = (ptr);                                \
		(type *)((char *)__mptr - offsetof(type, member));                                \
	})
#define container_of_const(ptr, type, member) container_of(ptr, type, member)

#endif
