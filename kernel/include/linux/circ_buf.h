/* SPDX-License-Identifier: MIT */
/* Rings of 2^n elements between a head and a tail. https://docs.kernel.org/core-api/circular-buffers.html */
#ifndef _LINUX_CIRC_BUF_H
#define _LINUX_CIRC_BUF_H

struct circ_buf {
	char *buf;
	int head;
	int tail;
};

/* What is in it, and what has room; one element stays free. */
#define CIRC_CNT(head, tail, size) (((head) - (tail)) & ((size) - 1))
#define CIRC_SPACE(head, tail, size) CIRC_CNT((tail), (head) + 1, (size))

/* The same as far as the end of the array; each argument is read once, as another CPU may change one of them. */
#define CIRC_CNT_TO_END(head, tail, size)                                                         \
	({                                                                                        \
		int __smplab_end = (size) - (tail);                                               \
		int __smplab_used = ((head) + __smplab_end) & ((size) - 1);                       \
		__smplab_used < __smplab_end ? __smplab_used : __smplab_end;                      \
	})
#define CIRC_SPACE_TO_END(head, tail, size)                                                       \
	({                                                                                        \
		int __smplab_end = (size) - 1 - (head);                                           \
		int __smplab_room = (__smplab_end + (tail)) & ((size) - 1);                       \
		__smplab_room <= __smplab_end ? __smplab_room : __smplab_end + 1;                 \
	})

#endif
