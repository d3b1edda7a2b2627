/* SPDX-License-Identifier: MIT */
/* Anonymous memory by the page. There is one address space without protection: fixed addresses and mprotect() fail. */
#ifndef _SYS_MMAN_H
#define _SYS_MMAN_H

#include <stddef.h>
#include <sys/types.h>

#define PROT_NONE 0
#define PROT_READ 1
#define PROT_WRITE 2
#define PROT_EXEC 4
#define MAP_FILE 0
#define MAP_SHARED 1
#define MAP_PRIVATE 2
#define MAP_FIXED 0x10
#define MAP_ANONYMOUS 0x20
#define MAP_ANON MAP_ANONYMOUS
#define MAP_NORESERVE 0x4000
#define MAP_FAILED ((void *)-1)

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset);
int mprotect(void *address, size_t length, int protection);
int munmap(void *address, size_t length);

#endif
