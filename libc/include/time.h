/* SPDX-License-Identifier: MIT */
/* There is no clock on this machine, as each run must be like the other: it is always the beginning of the epoch. */
#ifndef _TIME_H
#define _TIME_H

#include <stddef.h>
#include <sys/types.h>

typedef long clock_t;
typedef int clockid_t;
#define CLOCKS_PER_SEC 1000000l
#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1

struct timespec {
	time_t tv_sec;
	long tv_nsec;
};

struct tm {
	int tm_sec;
	int tm_min;
	int tm_hour;
	int tm_mday;
	int tm_mon;
	int tm_year;
	int tm_wday;
	int tm_yday;
	int tm_isdst;
};

clock_t clock(void);
int clock_gettime(clockid_t clock, struct timespec *now);
double difftime(time_t later, time_t earlier);
struct tm *gmtime(const time_t *time);
struct tm *gmtime_r(const time_t *time, struct tm *result);
struct tm *localtime(const time_t *time);
time_t mktime(struct tm *time);
time_t time(time_t *now);

#endif
