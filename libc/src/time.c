/* SPDX-License-Identifier: MIT */
/*
 * Time: a clock that stands still, and the calendar. Days are counted from the first of March, so that a leap day is the
 * last of its year; the month then follows from the day by one division (Zeller's idea).
 */
#include <sys/time.h>
#include <time.h>

#define DAY 86400l
/* From 1 March of year 0 to 1 January 1970. */
#define EPOCH 719468l

clock_t clock(void)
{
	return 0;
}

time_t time(time_t *now)
{
	if (now)
		*now = 0;
	return 0;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){ 0 };
	return 0;
}

int gettimeofday(struct timeval *now, void *zone)
{
	(void)zone;
	*now = (struct timeval){ 0 };
	return 0;
}

double difftime(time_t later, time_t earlier)
{
	return later - earlier;
}

static long floor_div(long a, long b)
{
	return a / b - (a % b < 0);
}

static long days_of(long year, int month, long day)
{
	long century_start;

	/* Months 0 .. 11 from March on. */
	year += floor_div(month - 2, 12);
	month = (month + 10) % 12;
	century_start = year * 365 + floor_div(year, 4) - floor_div(year, 100) + floor_div(year, 400);
	return century_start + (month * 153 + 2) / 5 + day - 1 - EPOCH;
}

struct tm *gmtime_r(const time_t *time, struct tm *result)
{
	long days = floor_div(*time, DAY), rest = *time - days * DAY;
	long from_march, year, day, month;

	result->tm_hour = rest / 3600;
	result->tm_min = rest / 60 % 60;
	result->tm_sec = rest % 60;
	result->tm_wday = (days % 7 + 11) % 7;
	from_march = days + EPOCH;
	year = floor_div(from_march * 400, 146097);
	while (days_of(year + 1, 2, 1) <= days)
		year++;
	while (days_of(year, 2, 1) > days)
		year--;
	day = days - days_of(year, 2, 1);
	month = (day * 5 + 2) / 153;
	result->tm_mday = day - (month * 153 + 2) / 5 + 1;
	result->tm_mon = (month + 2) % 12;
	if (month >= 10)
		year++;
	result->tm_year = year - 1900;
	result->tm_yday = days - days_of(year, 0, 1);
	result->tm_isdst = 0;
	return result;
}

struct tm *gmtime(const time_t *time)
{
	static struct tm result;

	return gmtime_r(time, &result);
}

struct tm *localtime(const time_t *time)
{
	return gmtime(time);
}

time_t mktime(struct tm *given)
{
	long year = given->tm_year + 1900l + floor_div(given->tm_mon, 12);
	int month = given->tm_mon - floor_div(given->tm_mon, 12) * 12;
	time_t time = days_of(year, month, given->tm_mday) * DAY + given->tm_hour * 3600l + given->tm_min * 60l +
		      given->tm_sec;

	gmtime_r(&time, given);
	return time;
}
