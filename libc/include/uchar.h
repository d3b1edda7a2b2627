/* SPDX-License-Identifier: MIT */
#ifndef _UCHAR_H
#define _UCHAR_H

#include <stddef.h>

typedef __CHAR16_TYPE__ char16_t;
typedef __CHAR32_TYPE__ char32_t;

#endif
