// SPDX-License-Identifier: MIT
/*
 * A helper sets its result on one of two ways only; its caller looks at it all the same.
 * finding: KMSAN: uninit-value in main
 */
#include <linux/errno.h>

static int parse(const char *text, int *value)
{
	if (*text == 0)
		return -EINVAL;
	*value = *text - '0';
	return 0;
}

int main(void)
{
	int value;

	parse("", &value);
	if (value == 3)
		return 1;
	return 0;
}
