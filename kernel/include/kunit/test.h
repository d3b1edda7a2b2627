/* SPDX-License-Identifier: MIT */
/*
 * KUnit, the language of scenarios. https://docs.kernel.org/dev-tools/kunit/api/test.html
 * Object: kernel/objects/kunit.ts.
 *
 * A run performs one case: suite_init, init, the case (once for each parameter), the deferred actions, exit, suite_exit.
 * A case passes when it holds in every schedule. A failed EXPECT is recorded and the run goes on; a failed ASSERT
 * drops what is left of the case.
 * Simpler: after a failed ASSERT neither actions nor exit functions run, and an ASSERT that fails while other
 * tasks are running ends the run.
 */
#ifndef _KUNIT_TEST_H
#define _KUNIT_TEST_H

#include <linux/types.h>
#include <linux/kernel.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/module.h>

#define KUNIT_PARAM_DESC_SIZE 128

typedef void(kunit_action_t)(void *);

struct __smplab_kunit_action {
	struct __smplab_kunit_action *next;
	kunit_action_t *action;
	void *arg;
};

struct kunit {
	void *priv;
	const char *name;
	const void *param_value;
	int param_index;
	/* Deferred actions, the youngest first. */
	struct __smplab_kunit_action *actions;
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*suite_init)(struct kunit_suite *suite);
	void (*suite_exit)(struct kunit_suite *suite);
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
};

#define KUNIT_CASE(test_name) { .run_case = test_name, .name = #test_name }
#define KUNIT_CASE_SLOW(test_name) KUNIT_CASE(test_name)
#define KUNIT_CASE_ATTR(test_name, attributes) KUNIT_CASE(test_name)
#define KUNIT_CASE_PARAM(test_name, gen_params)                                                   \
	{ .run_case = test_name, .name = #test_name, .generate_params = gen_params }
#define KUNIT_ARRAY_PARAM(name, array, get_desc)                                                  \
	static const void *name##_gen_params(const void *prev, char *desc)                        \
	{                                                                                         \
		typeof((array)[0]) *__next = prev ? (typeof(__next))prev + 1 : (array);           \
		if (__next - (array) < (long)ARRAY_SIZE(array)) {                                 \
			void (*__get_desc)(typeof(__next), char *) = get_desc;                    \
			if (__get_desc)                                                           \
				__get_desc(__next, desc);                                         \
			return __next;                                                            \
		}                                                                                 \
		return NULL;                                                                      \
	}
#define KUNIT_ARRAY_PARAM_DESC(name, array, desc_member)                                          \
	static const void *name##_gen_params(const void *prev, char *desc)                        \
	{                                                                                         \
		typeof((array)[0]) *__next = prev ? (typeof(__next))prev + 1 : (array);           \
		if (__next - (array) < (long)ARRAY_SIZE(array)) {                                 \
			strscpy(desc, __next->desc_member, KUNIT_PARAM_DESC_SIZE);                \
			return __next;                                                            \
		}                                                                                 \
		return NULL;                                                                      \
	}

/* The suites of a file, found by the prefix of this name; a NULL ends each list. */
#define kunit_test_suites(suites...)                                                              \
	static struct kunit_suite *__UNIQUE_ID(__smplab_kunit_suites_)[] __used = { suites, NULL }
#define kunit_test_suite(suite) kunit_test_suites(&suite)
#define kunit_test_init_section_suites(suites...) kunit_test_suites(suites)
#define kunit_test_init_section_suite(suite) kunit_test_suites(&suite)

/* How a comparison failed; FATAL is ASSERT. The texts are the operands as written. */
#define __SMPLAB_KUNIT_EXPECT 0
#define __SMPLAB_KUNIT_ASSERT 1
void __smplab_kunit_binary(int fatal, const char *left, const char *op, const char *right, long long left_value,
			   long long right_value);
void __smplab_kunit_pointer(int fatal, const char *left, const char *op, const char *right, const void *left_value,
			    const void *right_value);
void __smplab_kunit_string(int fatal, const char *left, const char *op, const char *right, const char *left_value,
			   const char *right_value);
void __smplab_kunit_memory(int fatal, const char *left, const char *op, const char *right, const void *left_value,
			   const void *right_value, size_t size);
/* `wanted` is 1 for EXPECT_TRUE, 0 for EXPECT_FALSE. */
void __smplab_kunit_boolean(int fatal, const char *text, int wanted);
/* "not error" and its kin: an error pointer where none should be. */
void __smplab_kunit_error(int fatal, const char *text, const void *value);
void __smplab_kunit_fail(int fatal, const char *fmt, ...) __printf(2, 3);
/* The text that a _MSG form adds to its failure. */
void __smplab_kunit_message(const char *fmt, ...) __printf(1, 2);
void __smplab_kunit_skip(int leave, const char *fmt, ...) __printf(2, 3);

#define KUNIT_SUCCEED(test) do { (void)(test); } while (0)
#define KUNIT_FAIL(test, fmt, ...) ((void)(test), __smplab_kunit_fail(__SMPLAB_KUNIT_EXPECT, fmt, ##__VA_ARGS__))
#define KUNIT_FAIL_AND_ABORT(test, fmt, ...)                                                      \
	((void)(test), __smplab_kunit_fail(__SMPLAB_KUNIT_ASSERT, fmt, ##__VA_ARGS__))
#define kunit_skip(test, fmt, ...) ((void)(test), __smplab_kunit_skip(1, fmt, ##__VA_ARGS__))
#define kunit_mark_skipped(test, fmt, ...) ((void)(test), __smplab_kunit_skip(0, fmt, ##__VA_ARGS__))
#define kunit_log(lvl, test, fmt, ...) printk(lvl "\t# %s: " fmt, (test)->name, ##__VA_ARGS__)
#define kunit_info(test, fmt, ...) kunit_log(KERN_INFO, test, fmt, ##__VA_ARGS__)
#define kunit_warn(test, fmt, ...) kunit_log(KERN_WARNING, test, fmt, ##__VA_ARGS__)
#define kunit_err(test, fmt, ...) kunit_log(KERN_ERR, test, fmt, ##__VA_ARGS__)

/*
 * Both operands are evaluated once; the texts are what the source says (stringified by the outermost macro, before
 * macros inside the operands are expanded).
 */
#define __smplab_kunit_check(fatal, kind, type, left, op, right, left_text, right_text, message...) \
	do {                                                                                      \
		const typeof(left) __left = (left);                                               \
		const typeof(right) __right = (right);                                            \
		if (likely(__left op __right))                                                    \
			break;                                                                    \
		message;                                                                          \
		__smplab_kunit_##kind(fatal, left_text, #op, right_text, (type)__left, (type)__right); \
	} while (0)
#define __smplab_kunit_check_string(fatal, left, op, right, left_text, right_text, message...)    \
	do {                                                                                      \
		const char *__left = (left);                                                      \
		const char *__right = (right);                                                    \
		if (likely(__left && __right && strcmp(__left, __right) op 0))                    \
			break;                                                                    \
		message;                                                                          \
		__smplab_kunit_string(fatal, left_text, #op, right_text, __left, __right);        \
	} while (0)
#define __smplab_kunit_check_memory(fatal, left, op, right, size, left_text, right_text, message...) \
	do {                                                                                      \
		const void *__left = (left);                                                      \
		const void *__right = (right);                                                    \
		size_t __size = (size);                                                           \
		if (likely(__left && __right && memcmp(__left, __right, __size) op 0))            \
			break;                                                                    \
		message;                                                                          \
		__smplab_kunit_memory(fatal, left_text, #op, right_text, __left, __right, __size); \
	} while (0)
#define __smplab_kunit_check_boolean(fatal, condition, wanted, text, message...)                  \
	do {                                                                                      \
		if (likely((wanted) ? !!(condition) : !(condition)))                              \
			break;                                                                    \
		message;                                                                          \
		__smplab_kunit_boolean(fatal, text, wanted);                                      \
	} while (0)
#define __smplab_kunit_check_error(fatal, ptr, text, message...)                                  \
	do {                                                                                      \
		const void *__ptr = (ptr);                                                        \
		if (likely(!IS_ERR_OR_NULL(__ptr)))                                               \
			break;                                                                    \
		message;                                                                          \
		__smplab_kunit_error(fatal, text, __ptr);                                         \
	} while (0)

#define KUNIT_EXPECT_TRUE(test, condition) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_EXPECT, condition, 1, #condition)
#define KUNIT_EXPECT_TRUE_MSG(test, condition, fmt, ...) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_EXPECT, condition, 1, #condition, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_FALSE(test, condition) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_EXPECT, condition, 0, #condition)
#define KUNIT_EXPECT_FALSE_MSG(test, condition, fmt, ...) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_EXPECT, condition, 0, #condition, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_EQ(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, ==, right, #left, #right)
#define KUNIT_EXPECT_EQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, ==, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_NE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, !=, right, #left, #right)
#define KUNIT_EXPECT_NE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, !=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_LT(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, <, right, #left, #right)
#define KUNIT_EXPECT_LT_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, <, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_LE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, <=, right, #left, #right)
#define KUNIT_EXPECT_LE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, <=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_GT(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, >, right, #left, #right)
#define KUNIT_EXPECT_GT_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, >, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_GE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, >=, right, #left, #right)
#define KUNIT_EXPECT_GE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, binary, long long, left, >=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_PTR_EQ(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, left, ==, right, #left, #right)
#define KUNIT_EXPECT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, left, ==, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_PTR_NE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, left, !=, right, #left, #right)
#define KUNIT_EXPECT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, left, !=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_NULL(test, ptr) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, ptr, ==, ((void *)0), #ptr, "NULL")
#define KUNIT_EXPECT_NULL_MSG(test, ptr, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, ptr, ==, ((void *)0), #ptr, "NULL", \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_NOT_NULL(test, ptr) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, ptr, !=, ((void *)0), #ptr, "NULL")
#define KUNIT_EXPECT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_EXPECT, pointer, const void *, ptr, !=, ((void *)0), #ptr, "NULL", \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_STREQ(test, left, right) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_EXPECT, left, ==, right, #left, #right)
#define KUNIT_EXPECT_STREQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_EXPECT, left, ==, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_STRNEQ(test, left, right) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_EXPECT, left, !=, right, #left, #right)
#define KUNIT_EXPECT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_EXPECT, left, !=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_MEMEQ(test, left, right, size) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_EXPECT, left, ==, right, size, #left, #right)
#define KUNIT_EXPECT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_EXPECT, left, ==, right, size, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_MEMNEQ(test, left, right, size) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_EXPECT, left, !=, right, size, #left, #right)
#define KUNIT_EXPECT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_EXPECT, left, !=, right, size, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(test, ptr) \
	__smplab_kunit_check_error(__SMPLAB_KUNIT_EXPECT, ptr, #ptr)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__smplab_kunit_check_error(__SMPLAB_KUNIT_EXPECT, ptr, #ptr, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_TRUE(test, condition) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_ASSERT, condition, 1, #condition)
#define KUNIT_ASSERT_TRUE_MSG(test, condition, fmt, ...) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_ASSERT, condition, 1, #condition, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_FALSE(test, condition) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_ASSERT, condition, 0, #condition)
#define KUNIT_ASSERT_FALSE_MSG(test, condition, fmt, ...) \
	__smplab_kunit_check_boolean(__SMPLAB_KUNIT_ASSERT, condition, 0, #condition, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_EQ(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, ==, right, #left, #right)
#define KUNIT_ASSERT_EQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, ==, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_NE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, !=, right, #left, #right)
#define KUNIT_ASSERT_NE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, !=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_LT(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, <, right, #left, #right)
#define KUNIT_ASSERT_LT_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, <, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_LE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, <=, right, #left, #right)
#define KUNIT_ASSERT_LE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, <=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_GT(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, >, right, #left, #right)
#define KUNIT_ASSERT_GT_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, >, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_GE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, >=, right, #left, #right)
#define KUNIT_ASSERT_GE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, binary, long long, left, >=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_PTR_EQ(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, left, ==, right, #left, #right)
#define KUNIT_ASSERT_PTR_EQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, left, ==, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_PTR_NE(test, left, right) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, left, !=, right, #left, #right)
#define KUNIT_ASSERT_PTR_NE_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, left, !=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_NULL(test, ptr) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, ptr, ==, ((void *)0), #ptr, "NULL")
#define KUNIT_ASSERT_NULL_MSG(test, ptr, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, ptr, ==, ((void *)0), #ptr, "NULL", \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_NOT_NULL(test, ptr) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, ptr, !=, ((void *)0), #ptr, "NULL")
#define KUNIT_ASSERT_NOT_NULL_MSG(test, ptr, fmt, ...) \
	__smplab_kunit_check(__SMPLAB_KUNIT_ASSERT, pointer, const void *, ptr, !=, ((void *)0), #ptr, "NULL", \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_STREQ(test, left, right) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_ASSERT, left, ==, right, #left, #right)
#define KUNIT_ASSERT_STREQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_ASSERT, left, ==, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_STRNEQ(test, left, right) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_ASSERT, left, !=, right, #left, #right)
#define KUNIT_ASSERT_STRNEQ_MSG(test, left, right, fmt, ...) \
	__smplab_kunit_check_string(__SMPLAB_KUNIT_ASSERT, left, !=, right, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_MEMEQ(test, left, right, size) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_ASSERT, left, ==, right, size, #left, #right)
#define KUNIT_ASSERT_MEMEQ_MSG(test, left, right, size, fmt, ...) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_ASSERT, left, ==, right, size, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_MEMNEQ(test, left, right, size) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_ASSERT, left, !=, right, size, #left, #right)
#define KUNIT_ASSERT_MEMNEQ_MSG(test, left, right, size, fmt, ...) \
	__smplab_kunit_check_memory(__SMPLAB_KUNIT_ASSERT, left, !=, right, size, #left, #right, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))
#define KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ptr) \
	__smplab_kunit_check_error(__SMPLAB_KUNIT_ASSERT, ptr, #ptr)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, ptr, fmt, ...) \
	__smplab_kunit_check_error(__SMPLAB_KUNIT_ASSERT, ptr, #ptr, \
		__smplab_kunit_message(fmt, ##__VA_ARGS__))

static inline int kunit_add_action(struct kunit *test, kunit_action_t *action, void *arg)
{
	struct __smplab_kunit_action *entry = kmalloc(sizeof(*entry), GFP_KERNEL);

	if (!entry)
		return -ENOMEM;
	entry->action = action;
	entry->arg = arg;
	entry->next = test->actions;
	test->actions = entry;
	return 0;
}

static inline int kunit_add_action_or_reset(struct kunit *test, kunit_action_t *action, void *arg)
{
	int err = kunit_add_action(test, action, arg);

	if (err)
		action(arg);
	return err;
}

static inline void kunit_remove_action(struct kunit *test, kunit_action_t *action, void *arg)
{
	struct __smplab_kunit_action **link = &test->actions;

	for (; *link; link = &(*link)->next) {
		struct __smplab_kunit_action *entry = *link;

		if (entry->action == action && entry->arg == arg) {
			*link = entry->next;
			kfree(entry);
			return;
		}
	}
}

static inline void kunit_release_action(struct kunit *test, kunit_action_t *action, void *arg)
{
	kunit_remove_action(test, action, arg);
	action(arg);
}

static inline void __smplab_kunit_kfree(void *p)
{
	kfree(p);
}

static inline void *kunit_kmalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	void *p = kmalloc(size, gfp);

	if (p && kunit_add_action(test, __smplab_kunit_kfree, p)) {
		kfree(p);
		return NULL;
	}
	return p;
}

#define kunit_kzalloc(test, size, gfp) kunit_kmalloc(test, size, (gfp) | __GFP_ZERO)
#define kunit_kmalloc_array(test, n, size, gfp) kunit_kmalloc(test, (n) * (size), gfp)
#define kunit_kcalloc(test, n, size, gfp) kunit_kzalloc(test, (n) * (size), gfp)
#define kunit_kfree(test, ptr) kunit_release_action(test, __smplab_kunit_kfree, (void *)(ptr))

static inline void __smplab_kunit_once(struct kunit_suite *suite, struct kunit_case *c, struct kunit *test)
{
	if (suite->init && suite->init(test)) {
		__smplab_kunit_fail(__SMPLAB_KUNIT_EXPECT, "%s: the suite's init function failed", suite->name);
	} else {
		c->run_case(test);
	}
	while (test->actions) {
		struct __smplab_kunit_action *entry = test->actions;

		test->actions = entry->next;
		entry->action(entry->arg);
		kfree(entry);
	}
	if (suite->exit)
		suite->exit(test);
}

/* What the runner calls: case i of a suite. */
static __used void __smplab_run_case(struct kunit_suite *suite, int i)
{
	struct kunit_case *c = &suite->test_cases[i];
	struct kunit test = { .name = c->name };

	if (suite->suite_init && suite->suite_init(suite)) {
		__smplab_kunit_fail(__SMPLAB_KUNIT_EXPECT, "%s: the suite's suite_init function failed", suite->name);
		return;
	}
	if (c->generate_params) {
		char desc[KUNIT_PARAM_DESC_SIZE] = { 0 };

		for (test.param_value = c->generate_params(NULL, desc); test.param_value;
		     test.param_value = c->generate_params(test.param_value, desc)) {
			__smplab_kunit_once(suite, c, &test);
			test.param_index++;
		}
	} else {
		__smplab_kunit_once(suite, c, &test);
	}
	if (suite->suite_exit)
		suite->suite_exit(suite);
}

#endif
