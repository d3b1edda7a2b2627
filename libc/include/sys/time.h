/* SPDX-License-Identifier: MIT */
#ifndef _SYS_TIME_H
#define _SYS_TIME_H

#include <sys/types.h>

struct timeval {
	time_t tv_sec;
	long tv_usec;
};

int gettimeofday(struct timeval *now, void *zone);

#endif
