/* SPDX-License-Identifier: MIT */
#ifndef _ASM_CMPXCHG_H
#define _ASM_CMPXCHG_H
#include <linux/cmpxchg.h>
#endif
