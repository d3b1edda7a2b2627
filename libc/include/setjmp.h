/* SPDX-License-Identifier: MIT */
/* There are no signals, so the forms that save a signal mask are the plain ones. */
#ifndef _SETJMP_H
#define _SETJMP_H

typedef long jmp_buf[8];
typedef jmp_buf sigjmp_buf;
#define setjmp(buffer) __builtin_setjmp(buffer)
#define _setjmp(buffer) __builtin_setjmp(buffer)
#define sigsetjmp(buffer, mask) __builtin_setjmp(buffer)
#define longjmp(buffer, value) __builtin_longjmp(buffer, value)
#define _longjmp(buffer, value) __builtin_longjmp(buffer, value)
#define siglongjmp(buffer, value) __builtin_longjmp(buffer, value)

#endif
