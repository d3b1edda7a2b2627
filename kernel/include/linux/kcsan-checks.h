/* SPDX-License-Identifier: MIT */
/*
 * Telling the data race detector what is meant. https://docs.kernel.org/dev-tools/kcsan.html ("Race Conditions Beyond
 * Data Races"). Object: kernel/objects/kcsan.ts.
 *
 * An assertion is a step of its own: it fails in every state in which another context stands in front of an access
 * that it forbids, marked or plain. So it looks where KCSAN samples.
 */
#ifndef _LINUX_KCSAN_CHECKS_H
#define _LINUX_KCSAN_CHECKS_H

#include <linux/types.h>
#include <linux/compiler.h>

#define KCSAN_ACCESS_WRITE (1 << 0)
#define KCSAN_ACCESS_COMPOUND (1 << 1)
#define KCSAN_ACCESS_ATOMIC (1 << 2)
#define KCSAN_ACCESS_ASSERT (1 << 3)

/* Takes part in data races as an access of this type would, and accesses nothing. */
void __kcsan_check_access(const volatile void *ptr, size_t size, int type);

#define kcsan_check_read(ptr, size) __kcsan_check_access(ptr, size, 0)
#define kcsan_check_write(ptr, size) __kcsan_check_access(ptr, size, KCSAN_ACCESS_WRITE)
#define kcsan_check_atomic_read(ptr, size) __kcsan_check_access(ptr, size, KCSAN_ACCESS_ATOMIC)
#define kcsan_check_atomic_write(ptr, size)                                                       \
	__kcsan_check_access(ptr, size, KCSAN_ACCESS_ATOMIC | KCSAN_ACCESS_WRITE)

/*
 * Plain accesses in between count as marked.
 * Simpler: kcsan_atomic_next() counts no accesses, only 0 ends what it began.
 */
void kcsan_nestable_atomic_begin(void);
void kcsan_nestable_atomic_end(void);
void kcsan_atomic_next(int n);
#define kcsan_flat_atomic_begin() kcsan_nestable_atomic_begin()
#define kcsan_flat_atomic_end() kcsan_nestable_atomic_end()

/* No other context writes this now. */
#define ASSERT_EXCLUSIVE_WRITER(var) __kcsan_check_access(&(var), sizeof(var), KCSAN_ACCESS_ASSERT)
/* No other context touches this now. */
#define ASSERT_EXCLUSIVE_ACCESS(var)                                                              \
	__kcsan_check_access(&(var), sizeof(var), KCSAN_ACCESS_WRITE | KCSAN_ACCESS_ASSERT)

/*
 * No other context changes these bits now; it may write the others. The access behind it, which is of these bits only,
 * counts as marked.
 */
void __smplab_assert_bits(const volatile void *ptr, size_t size, unsigned long mask);
#define ASSERT_EXCLUSIVE_BITS(var, mask) __smplab_assert_bits(&(var), sizeof(var), mask)

/*
 * The same for the rest of the scope, wherever the context stands in it. The kernel's functions give back their
 * argument; here the list of a context's scopes goes through these structures.
 */
struct kcsan_scoped_access {
	struct kcsan_scoped_access *outer;
	const volatile void *ptr;
	size_t size;
	int type;
};
struct kcsan_scoped_access *kcsan_begin_scoped_access(const volatile void *ptr, size_t size, int type,
						      struct kcsan_scoped_access *sa);
void kcsan_end_scoped_access(struct kcsan_scoped_access *sa);

#define __smplab_assert_scoped(var, type, id)                                                     \
	struct kcsan_scoped_access __PASTE(__smplab_scope, id) __cleanup(kcsan_end_scoped_access); \
	kcsan_begin_scoped_access(&(var), sizeof(var), type, &__PASTE(__smplab_scope, id))
#define ASSERT_EXCLUSIVE_WRITER_SCOPED(var) __smplab_assert_scoped(var, KCSAN_ACCESS_ASSERT, __COUNTER__)
#define ASSERT_EXCLUSIVE_ACCESS_SCOPED(var)                                                       \
	__smplab_assert_scoped(var, KCSAN_ACCESS_WRITE | KCSAN_ACCESS_ASSERT, __COUNTER__)

#endif
