/* SPDX-License-Identifier: MIT */
/*
 * Per-CPU variables: definitions and accesses. https://docs.kernel.org/core-api/this_cpu_ops.html
 * Object: kernel/objects/percpu.ts.
 *
 * &variable and what alloc_percpu() returns are cookies, not addresses of memory; following one directly is a fault
 * that names it. Three families, as the document promises and no better:
 *   this_cpu_*    takes the CPU's copy, loads, stores; nothing else runs on this CPU in between, but another CPU that
 *                 reaches over may, since a this_cpu operation is never atomic against other CPUs
 *   __this_cpu_*  the same without that protection: right only while the task stays on its CPU and nobody
 *                 else on it uses the variable; complains in preemptible code as DEBUG_PREEMPT does
 *   raw_cpu_*     as __this_cpu_*, and never complains
 * The address is resolved when the operation runs. In 2010 the contracts were the same with other internals;
 * only raw_cpu_* (3.15) is younger.
 */
#ifndef _LINUX_PERCPU_DEFS_H
#define _LINUX_PERCPU_DEFS_H

#include <linux/types.h>
#include <linux/preempt.h>

#define PER_CPU_BASE_SECTION ".data..percpu"
#define __PCPU_ATTRS __attribute__((__section__(PER_CPU_BASE_SECTION)))

#define DECLARE_PER_CPU(type, name) extern __PCPU_ATTRS __typeof__(type) name
#define DEFINE_PER_CPU(type, name) __PCPU_ATTRS __typeof__(type) name
#define DECLARE_PER_CPU_SHARED_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_SHARED_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_ALIGNED(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_ALIGNED(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_READ_MOSTLY(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_READ_MOSTLY(type, name) DEFINE_PER_CPU(type, name)
#define DECLARE_PER_CPU_FIRST(type, name) DECLARE_PER_CPU(type, name)
#define DEFINE_PER_CPU_FIRST(type, name) DEFINE_PER_CPU(type, name)
#define EXPORT_PER_CPU_SYMBOL(var)
#define EXPORT_PER_CPU_SYMBOL_GPL(var)

/* Pure arithmetic: the address of one CPU's copy. */
void *per_cpu_ptr(const void *cookie, int cpu);
/* The address of the copy of the CPU that runs this now; the first one complains in preemptible code. */
void *this_cpu_ptr(const void *cookie);
void *raw_cpu_ptr(const void *cookie);

#define per_cpu_ptr(ptr, cpu) ((typeof(*(ptr)) *)per_cpu_ptr((const void *)(ptr), cpu))
#define this_cpu_ptr(ptr) ((typeof(*(ptr)) *)this_cpu_ptr((const void *)(ptr)))
#define raw_cpu_ptr(ptr) ((typeof(*(ptr)) *)raw_cpu_ptr((const void *)(ptr)))
#define __this_cpu_ptr(ptr) raw_cpu_ptr(ptr)

#define per_cpu(var, cpu) (*per_cpu_ptr(&(var), cpu))
#define this_cpu(var) (*this_cpu_ptr(&(var)))
#define __get_cpu_var(var) (*this_cpu_ptr(&(var)))
#define __raw_get_cpu_var(var) (*raw_cpu_ptr(&(var)))

#define get_cpu_var(var) (*({ preempt_disable(); this_cpu_ptr(&(var)); }))
#define put_cpu_var(var) do { (void)&(var); preempt_enable(); } while (0)
#define get_cpu_ptr(var) ({ preempt_disable(); this_cpu_ptr(var); })
#define put_cpu_ptr(var) do { (void)(var); preempt_enable(); } while (0)

/* The operations behind the macros below: `size` is 1, 2, 4 or 8, values travel as unsigned long. */
unsigned long this_cpu_read(const void *cookie, unsigned long size);
void this_cpu_write(const void *cookie, unsigned long size, unsigned long value);
void this_cpu_add(const void *cookie, unsigned long size, unsigned long value);
void this_cpu_and(const void *cookie, unsigned long size, unsigned long value);
void this_cpu_or(const void *cookie, unsigned long size, unsigned long value);
void this_cpu_xor(const void *cookie, unsigned long size, unsigned long value);
unsigned long this_cpu_add_return(const void *cookie, unsigned long size, unsigned long value);
unsigned long this_cpu_xchg(const void *cookie, unsigned long size, unsigned long value);
unsigned long this_cpu_cmpxchg(const void *cookie, unsigned long size, unsigned long old, unsigned long value);
unsigned long __this_cpu_read(const void *cookie, unsigned long size);
void __this_cpu_write(const void *cookie, unsigned long size, unsigned long value);
void __this_cpu_add(const void *cookie, unsigned long size, unsigned long value);
void __this_cpu_and(const void *cookie, unsigned long size, unsigned long value);
void __this_cpu_or(const void *cookie, unsigned long size, unsigned long value);
void __this_cpu_xor(const void *cookie, unsigned long size, unsigned long value);
unsigned long __this_cpu_add_return(const void *cookie, unsigned long size, unsigned long value);
unsigned long __this_cpu_xchg(const void *cookie, unsigned long size, unsigned long value);
unsigned long __this_cpu_cmpxchg(const void *cookie, unsigned long size, unsigned long old, unsigned long value);
unsigned long raw_cpu_read(const void *cookie, unsigned long size);
void raw_cpu_write(const void *cookie, unsigned long size, unsigned long value);
void raw_cpu_add(const void *cookie, unsigned long size, unsigned long value);
void raw_cpu_and(const void *cookie, unsigned long size, unsigned long value);
void raw_cpu_or(const void *cookie, unsigned long size, unsigned long value);
void raw_cpu_xor(const void *cookie, unsigned long size, unsigned long value);
unsigned long raw_cpu_add_return(const void *cookie, unsigned long size, unsigned long value);
unsigned long raw_cpu_xchg(const void *cookie, unsigned long size, unsigned long value);
unsigned long raw_cpu_cmpxchg(const void *cookie, unsigned long size, unsigned long old, unsigned long value);

#define __smplab_pcp_arg(pcp, val) ((unsigned long)(typeof(pcp))(val))
#define __smplab_pcp(pcp) ((const void *)&(pcp)), sizeof(pcp)

#define this_cpu_read(pcp) ((typeof(pcp))this_cpu_read(__smplab_pcp(pcp)))
#define this_cpu_write(pcp, val) this_cpu_write(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define this_cpu_add(pcp, val) this_cpu_add(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define this_cpu_and(pcp, val) this_cpu_and(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define this_cpu_or(pcp, val) this_cpu_or(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define this_cpu_xor(pcp, val) this_cpu_xor(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define this_cpu_sub(pcp, val) this_cpu_add(pcp, -(typeof(pcp))(val))
#define this_cpu_inc(pcp) this_cpu_add(pcp, 1)
#define this_cpu_dec(pcp) this_cpu_sub(pcp, 1)
#define this_cpu_add_return(pcp, val) \
	({ (typeof(pcp))this_cpu_add_return(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val)); })
#define this_cpu_sub_return(pcp, val) this_cpu_add_return(pcp, -(typeof(pcp))(val))
#define this_cpu_inc_return(pcp) this_cpu_add_return(pcp, 1)
#define this_cpu_dec_return(pcp) this_cpu_add_return(pcp, -1)
#define this_cpu_xchg(pcp, nval) \
	({ (typeof(pcp))this_cpu_xchg(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, nval)); })
#define this_cpu_cmpxchg(pcp, oval, nval)                                              \
	({ (typeof(pcp))this_cpu_cmpxchg(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, oval), \
				     __smplab_pcp_arg(pcp, nval)); })

#define __this_cpu_read(pcp) ((typeof(pcp))__this_cpu_read(__smplab_pcp(pcp)))
#define __this_cpu_write(pcp, val) __this_cpu_write(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define __this_cpu_add(pcp, val) __this_cpu_add(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define __this_cpu_and(pcp, val) __this_cpu_and(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define __this_cpu_or(pcp, val) __this_cpu_or(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define __this_cpu_xor(pcp, val) __this_cpu_xor(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define __this_cpu_sub(pcp, val) __this_cpu_add(pcp, -(typeof(pcp))(val))
#define __this_cpu_inc(pcp) __this_cpu_add(pcp, 1)
#define __this_cpu_dec(pcp) __this_cpu_sub(pcp, 1)
#define __this_cpu_add_return(pcp, val) \
	({ (typeof(pcp))__this_cpu_add_return(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val)); })
#define __this_cpu_sub_return(pcp, val) __this_cpu_add_return(pcp, -(typeof(pcp))(val))
#define __this_cpu_inc_return(pcp) __this_cpu_add_return(pcp, 1)
#define __this_cpu_dec_return(pcp) __this_cpu_add_return(pcp, -1)
#define __this_cpu_xchg(pcp, nval) \
	({ (typeof(pcp))__this_cpu_xchg(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, nval)); })
#define __this_cpu_cmpxchg(pcp, oval, nval)                                              \
	({ (typeof(pcp))__this_cpu_cmpxchg(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, oval), \
				     __smplab_pcp_arg(pcp, nval)); })

#define raw_cpu_read(pcp) ((typeof(pcp))raw_cpu_read(__smplab_pcp(pcp)))
#define raw_cpu_write(pcp, val) raw_cpu_write(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define raw_cpu_add(pcp, val) raw_cpu_add(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define raw_cpu_and(pcp, val) raw_cpu_and(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define raw_cpu_or(pcp, val) raw_cpu_or(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define raw_cpu_xor(pcp, val) raw_cpu_xor(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val))
#define raw_cpu_sub(pcp, val) raw_cpu_add(pcp, -(typeof(pcp))(val))
#define raw_cpu_inc(pcp) raw_cpu_add(pcp, 1)
#define raw_cpu_dec(pcp) raw_cpu_sub(pcp, 1)
#define raw_cpu_add_return(pcp, val) \
	({ (typeof(pcp))raw_cpu_add_return(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, val)); })
#define raw_cpu_sub_return(pcp, val) raw_cpu_add_return(pcp, -(typeof(pcp))(val))
#define raw_cpu_inc_return(pcp) raw_cpu_add_return(pcp, 1)
#define raw_cpu_dec_return(pcp) raw_cpu_add_return(pcp, -1)
#define raw_cpu_xchg(pcp, nval) \
	({ (typeof(pcp))raw_cpu_xchg(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, nval)); })
#define raw_cpu_cmpxchg(pcp, oval, nval)                                              \
	({ (typeof(pcp))raw_cpu_cmpxchg(__smplab_pcp(pcp), __smplab_pcp_arg(pcp, oval), \
				     __smplab_pcp_arg(pcp, nval)); })

/* Names of 2.6.33 to 3.19: as this_cpu_*, and against interrupts too. */
#define irqsafe_cpu_read(pcp) this_cpu_read(pcp)
#define irqsafe_cpu_write(pcp, val) this_cpu_write(pcp, val)
#define irqsafe_cpu_add(pcp, val) this_cpu_add(pcp, val)
#define irqsafe_cpu_and(pcp, val) this_cpu_and(pcp, val)
#define irqsafe_cpu_or(pcp, val) this_cpu_or(pcp, val)
#define irqsafe_cpu_xor(pcp, val) this_cpu_xor(pcp, val)
#define irqsafe_cpu_inc(pcp) this_cpu_inc(pcp)
#define irqsafe_cpu_dec(pcp) this_cpu_dec(pcp)
#define irqsafe_cpu_cmpxchg(pcp, oval, nval) this_cpu_cmpxchg(pcp, oval, nval)

#endif
