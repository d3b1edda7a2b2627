/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_ALIKE_H
#define _LINUX_ALIKE_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/refcount.h>

struct pair {
	int left;
	int right;
};

#endif
