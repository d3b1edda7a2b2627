/* READ_ONCE, cmpxchg, lockref, kref, RCU callbacks, seqcounts, error pointers. */
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile typeof(x) *)&(x) = (v))
#define barrier() __asm__ __volatile__("" : : : "memory")
#define xchg(p, v) __atomic_exchange_n(p, v, __ATOMIC_SEQ_CST)
#define cmpxchg(p, o, n) ({ typeof(*(p)) __o = (o); __atomic_compare_exchange_n(p, &__o, n, 0, \
	__ATOMIC_SEQ_CST, __ATOMIC_RELAXED); __o; })
#define OPTIMIZER_HIDE_VAR(v) __asm__("" : "=r"(v) : "0"(v))
#define likely(x) __builtin_expect(!!(x), 1)
#define BUILD_BUG_ON(c) ((void)sizeof(char[1 - 2 * !!(c)]))
#define __same_type(a, b) __builtin_types_compatible_p(typeof(a), typeof(b))
#define ERR_PTR(e) ((void *)(long)(e))
#define IS_ERR(p) ((unsigned long)(void *)(p) >= (unsigned long)-4095)
#define PTR_ALIGN(p, a) ((typeof(p))(((unsigned long)(p) + (a) - 1) & ~((unsigned long)(a) - 1)))
struct atomic {
	int counter;
};
typedef struct {
	volatile unsigned v : 4;
	volatile unsigned w : 12;
	volatile int s : 16;
}
vb;
struct lockref {
	union {
		uint64_t both;
		struct {
			int lock;
			int count;
		};
	};
};
struct kref {
	struct atomic refs;
};
struct obj {
	struct kref k;
	void (*release)(struct obj *);
	int id;
};
static void rel(struct obj *o) {
	printf("release %d\n", o->id);
	free(o);
}
static int put(struct obj *o) {
	if (__sync_sub_and_fetch(&o->k.refs.counter, 1) == 0) {
		o->release(o);
		return 1;
	}
	return 0;
}
static int __attribute__((noinline)) side(int *n) {
	return ++*n;
}
struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *);
};
struct foo {
	int a;
	struct rcu_head rcu;
};
static void foo_free(struct rcu_head *h) {
	struct foo *f = (struct foo *)((char *)h - __builtin_offsetof(struct foo, rcu));
	printf("free %d\n", f->a);
	free(f);
}
static struct rcu_head *cbs;
static void call_rcu(struct rcu_head *h, void (*f)(struct rcu_head *)) {
	h->func = f;
	h->next = cbs;
	cbs = h;
}
static void run(void) { while (cbs) { struct rcu_head *h = cbs; cbs = h->next; h->func(h); } } static int
	seq;
static unsigned read_begin(void) {
	unsigned s;
	while ((s = __atomic_load_n(&seq, __ATOMIC_ACQUIRE)) & 1) ;
	return s;
}
int main(void)
{
	int x = 1;
	WRITE_ONCE(x, READ_ONCE(x) + 4);
	barrier();
	printf("%d\n", x);
	printf("%d\n", xchg(&x, 9));
	printf("%d\n", cmpxchg(&x, 9, 11));
	printf("%d\n", cmpxchg(&x, 1, 2));
	printf("%d\n", x);
	OPTIMIZER_HIDE_VAR(x);
	printf("%d\n", x);
	BUILD_BUG_ON(sizeof(int) != 4);
	printf("%d %d\n", __same_type(x, int), __same_type(&x, char *));
	printf("%d %d %ld\n", IS_ERR(ERR_PTR(-12)), IS_ERR(&x), (long)ERR_PTR(-12));
	vb v = { 3, 100, -5 };
	v.v += 14;
	v.w |= 0xf00;
	v.s--;
	printf("%u %u %d\n", v.v, v.w, v.s);
	struct lockref l = { .lock = 0, .count = 1 }, o = l, n = o;
	n.count++;
	printf("%d\n", __sync_bool_compare_and_swap(&l.both, o.both, n.both));
	printf("%d\n", l.count);
	struct obj *ob = malloc(sizeof *ob);
	*ob = (struct obj){ { { 2 } }, rel, 7 };
	int p1 = put(ob), p2 = put(ob);
	printf("%d %d\n", p1, p2);
	for (int i = 0; i < 3; i++) {
		struct foo *f = malloc(sizeof *f);
		f->a = i;
		call_rcu(&f->rcu, foo_free);
	}
	run();
	int k = 0;
	if (likely(side(&k) && side(&k) > 5) || side(&k) == 3) printf("k %d\n", k);
	printf("%u\n", read_begin());
	long bits = 0;
	__atomic_or_fetch(&bits, 1L << 40, __ATOMIC_RELAXED);
	printf("%lx\n", bits);
	printf("%ld\n", __atomic_fetch_add(&bits, 5, __ATOMIC_SEQ_CST) & 0xff);
	printf("%lx\n", bits);
	char buf[32];
	printf("%d\n", (int)((unsigned long)PTR_ALIGN(buf + 1, 8) % 8));
	volatile int arr[3] = { 1, 2, 3 };
	volatile int *vp = arr;
	*vp++ += 5;
	printf("%d %d\n", arr[0], *vp);
	printf("%d %d\n", __builtin_constant_p(3 + 4), __builtin_constant_p(x));
	static_assert_dummy: ;
	_Static_assert(sizeof(vb) == 4, "size");
	__sync_synchronize();
	_Bool b = __sync_lock_test_and_set(&x, 1) != 1;
	__sync_lock_release(&x);
	printf("%d %d\n", b, x);
	return 0;
}
