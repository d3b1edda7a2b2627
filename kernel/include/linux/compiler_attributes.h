/* SPDX-License-Identifier: MIT */
/* In this kernel all of it is in compiler.h. */
#ifndef _LINUX_COMPILER_ATTRIBUTES_H
#define _LINUX_COMPILER_ATTRIBUTES_H
#include <linux/compiler.h>
#endif
