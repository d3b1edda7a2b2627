/* SPDX-License-Identifier: MIT */
/*
 * Interrupts of the own CPU. https://docs.kernel.org/kernel-hacking/locking.html
 * Object: kernel/objects/irq.ts. Flags look as on x86: bit 9 is set while interrupts are on.
 */
#ifndef _LINUX_IRQFLAGS_H
#define _LINUX_IRQFLAGS_H

#include <linux/compiler.h>

#define X86_EFLAGS_IF 0x200UL

void local_irq_disable(void);
void local_irq_enable(void);
unsigned long local_irq_save(void);
void local_irq_restore(unsigned long flags);
/* The flags of now. */
unsigned long __smplab_irq_flags(void);

#define local_irq_save(flags) ((void)((flags) = local_irq_save()))
#define local_save_flags(flags) ((void)((flags) = __smplab_irq_flags()))
#define irqs_disabled_flags(flags) (!((flags) & X86_EFLAGS_IF))
#define irqs_disabled() irqs_disabled_flags(__smplab_irq_flags())
#define raw_irqs_disabled() irqs_disabled()
#define raw_irqs_disabled_flags(flags) irqs_disabled_flags(flags)
#define raw_local_irq_disable() local_irq_disable()
#define raw_local_irq_enable() local_irq_enable()
#define raw_local_irq_save(flags) local_irq_save(flags)
#define raw_local_irq_restore(flags) local_irq_restore(flags)
#define trace_hardirqs_on() do { } while (0)
#define trace_hardirqs_off() do { } while (0)

#endif
