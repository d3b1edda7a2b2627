/* SPDX-License-Identifier: MIT */
/*
 * cpu_relax(): the body of a loop that waits for another CPU. Orders nothing at run time; a loop that contains it
 * and changes nothing is taken as waiting for the locations that it reads.
 */
#ifndef _ASM_PROCESSOR_H
#define _ASM_PROCESSOR_H

#include <linux/compiler.h>

void cpu_relax(void);
#define cpu_relax_lowlatency() cpu_relax()
#define cpu_relax_yield() cpu_relax()
#define prefetch(x) ((void)(x))
#define prefetchw(x) ((void)(x))

#endif
