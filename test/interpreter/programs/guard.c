/* DEFINE_GUARD, DEFINE_FREE, CLASS and scoped_guard, with every way out of a scope. */
#include <stdio.h>
#include <stdlib.h>
#define __cleanup(f) __attribute__((__cleanup__(f)))
#define DEFINE_FREE(_name, _type, _free) static inline void __free_##_name(void *p) { _type _T = *(_type \
	*)p; _free; }
#define __free(_name) __cleanup(__free_##_name)
#define __get_and_null(p, nullvalue) ({ __auto_type __ptr = &(p); __auto_type __val = *__ptr; *__ptr = \
	nullvalue; __val; })
#define no_free_ptr(p) ((typeof(p))__get_and_null(p, NULL))
#define return_ptr(p) return no_free_ptr(p)
#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...) typedef _type class_##_name##_t; static \
	inline void class_##_name##_destructor(_type *p) { _type _T = *p; _exit; } static inline _type \
	class_##_name##_constructor(_init_args) { _type t = _init; return t; }
#define CLASS(_name, var) class_##_name##_t var __cleanup(class_##_name##_destructor) = \
	class_##_name##_constructor
#define DEFINE_GUARD(_name, _type, _lock, _unlock) DEFINE_CLASS(_name, _type, if (_T) { _unlock; }, ({ \
	_lock; _T; }), _type _T) static inline void *class_##_name##_lock_ptr(class_##_name##_t *_T) { \
	return *_T; }
#define __UNIQUE_ID(p) __PASTE(p, __COUNTER__)
#define __PASTE(a, b) ___PASTE(a, b)
#define ___PASTE(a, b) a##b
#define guard(_name) CLASS(_name, __UNIQUE_ID(guard))
#define scoped_guard(_name, args...) for (CLASS(_name, scope)(args), *done = NULL; \
	class_##_name##_lock_ptr(&scope) && !done; done = (void *)1)
struct lock { const char *name; int held; };
static void lock(struct lock *l) { l->held++; printf("lock %s\n", l->name); }
static void unlock(struct lock *l) { l->held--; printf("unlock %s\n", l->name); }
DEFINE_GUARD(mutex, struct lock *, lock(_T), unlock(_T))
static void rel(int *p) { printf("kfree %d\n", *p); free(p); }
DEFINE_FREE(kfree, int *, if (_T) rel(_T))
static struct lock a = { "a" }, b = { "b" };
static int *make(int v) {
	int *p __free(kfree) = malloc(sizeof(int));
	*p = v;
	if (v < 0) return NULL;
	return_ptr(p);
}
static int work(int n)
{
	guard(mutex)(&a);
	for (int i = 0; i < n; i++) {
		guard(mutex)(&b);
		if (i == 1) continue;
		if (i == 3) break;
		if (i == 5) return i;
		printf("body %d\n", i);
	}
	scoped_guard(mutex, &b) { if (n == 2) return 22; printf("scoped\n"); }
	if (n == 1) goto out;
	printf("end\n");
out:
	return a.held * 10 + b.held;
}
static void order(void) {
	int *x __free(kfree) = make(1);
	int *y __free(kfree) = make(2);
	{
		int *z __free(kfree) = make(3);
		printf("%d\n", *z);
	}
	switch (*x) {
		case 1: {
			int *w __free(kfree) = make(4);
			if (*y == 2) break;
			printf("never\n");
		}
		default: printf("no\n");
	}
	printf("order end\n");
}
int main(void)
{
	for (int i = 0; i < 7; i++) printf("-> %d\n", work(i));
	int *p __free(kfree) = make(9); printf("%d %d\n", *p, make(-1) == NULL); order();
	int r = ({ guard(mutex)(&b); b.held; }); printf("r %d %d\n", r, b.held);
	return 0;
}
