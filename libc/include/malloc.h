/* SPDX-License-Identifier: MIT */
#ifndef _MALLOC_H
#define _MALLOC_H

#include <stdlib.h>

void *memalign(size_t align, size_t size) __attribute__((__malloc__));

#endif
