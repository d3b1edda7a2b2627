/* SPDX-License-Identifier: MIT */
/*
 * BUG(), WARN() and kin. https://docs.kernel.org/process/deprecated.html ("BUG() and BUG_ON()")
 * Objects: kernel/objects/bug.ts.
 * Stricter: the _ONCE variants report every time; a static "once" flag would be state that the search must
 * tell apart, and the search merges equal findings anyhow.
 */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/compiler.h>
#include <linux/build_bug.h>

/* A finding, and the run goes on. `text` is the condition as written. */
void __smplab_warn(const char *text);
void __smplab_warn_printf(const char *fmt, ...) __printf(1, 2);
/* A finding that ends the run. */
__noreturn void __smplab_bug(const char *text);

#define BUG() __smplab_bug("")
#define BUG_ON(condition)                                                                         \
	do {                                                                                      \
		if (unlikely(condition))                                                          \
			__smplab_bug(#condition);                                                 \
	} while (0)

#define WARN_ON(condition)                                                                        \
	({                                                                                        \
		int __ret_warn_on = !!(condition);                                                \
		if (unlikely(__ret_warn_on))                                                      \
			__smplab_warn(#condition);                                                \
		unlikely(__ret_warn_on);                                                          \
	})
#define WARN(condition, format...)                                                                \
	({                                                                                        \
		int __ret_warn_on = !!(condition);                                                \
		if (unlikely(__ret_warn_on))                                                      \
			__smplab_warn_printf(format);                                             \
		unlikely(__ret_warn_on);                                                          \
	})
#define WARN_ON_ONCE(condition) WARN_ON(condition)
#define WARN_ONCE(condition, format...) WARN(condition, format)
#define WARN_ON_SMP(condition) WARN_ON(condition)
#define WARN_TAINT(condition, taint, format...) WARN(condition, format)
#define CHECK_DATA_CORRUPTION(condition, addr, format...) WARN(condition, format)

#endif
