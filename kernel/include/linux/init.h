/* SPDX-License-Identifier: MIT */
/* Boot-time decorations. Init calls are not called by themselves: a scenario calls what it needs. */
#ifndef _LINUX_INIT_H
#define _LINUX_INIT_H

#include <linux/compiler.h>
#include <linux/types.h>

typedef int (*initcall_t)(void);
typedef void (*exitcall_t)(void);

#define __init
#define __initdata
#define __initconst
#define __exit
#define __exitdata
#define __meminit
#define __meminitdata
#define __devinit
#define __cpuinit
#define __cpuinitdata
#define __init_or_module
#define __setup(str, fn) static initcall_t __PASTE(__setup_, fn) __maybe_unused = (initcall_t)(fn)
#define early_param(str, fn) __setup(str, fn)
#define __smplab_initcall(fn) static initcall_t __PASTE(__initcall_, fn) __maybe_unused = (fn)
#define module_init(fn) __smplab_initcall(fn)
#define module_exit(fn) static exitcall_t __PASTE(__exitcall_, fn) __maybe_unused = (fn)
#define early_initcall(fn) __smplab_initcall(fn)
#define core_initcall(fn) __smplab_initcall(fn)
#define postcore_initcall(fn) __smplab_initcall(fn)
#define arch_initcall(fn) __smplab_initcall(fn)
#define subsys_initcall(fn) __smplab_initcall(fn)
#define fs_initcall(fn) __smplab_initcall(fn)
#define device_initcall(fn) __smplab_initcall(fn)
#define late_initcall(fn) __smplab_initcall(fn)

#endif
