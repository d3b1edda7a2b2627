/* SPDX-License-Identifier: MIT */
#ifndef _STDBOOL_H
#define _STDBOOL_H
#pragma GCC system_header
#define bool _Bool
#define true 1
#define false 0
#define __bool_true_false_are_defined 1
#endif
