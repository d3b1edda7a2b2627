/* The kernel's lists and its list_sort(). */
#include <stdio.h>
#include <stdlib.h>
#include <stddef.h>
struct list_head { struct list_head *next, *prev; };
#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
#define list_entry(ptr, type, member) ((type *)((char *)(ptr) - offsetof(type, member)))
#define list_for_each_entry(pos, head, member) for (pos = list_entry((head)->next, typeof(*pos), \
	member); &pos->member != (head); pos = list_entry(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member) for (pos = list_entry((head)->next, typeof(*pos), \
	member), n = list_entry(pos->member.next, typeof(*pos), member); &pos->member != (head); pos = \
	n, n = list_entry(n->member.next, typeof(*n), member))
static inline void __list_add(struct list_head *n, struct list_head *p, struct list_head *x) {
	x->prev = n;
	n->next = x;
	n->prev = p;
	p->next = n;
}
static void list_add_tail(struct list_head *n, struct list_head *h) { __list_add(n, h->prev, h); }
static void list_del(struct list_head *e) {
	e->next->prev = e->prev;
	e->prev->next = e->next;
	e->next = (void *)0x100;
	e->prev = (void *)0x122;
}
struct foo { int v; struct list_head node; long w; };
static LIST_HEAD(global);
static int cmp(void *priv, const struct list_head *a, const struct list_head *b) {
	++*(int *)priv;
	return list_entry(a, struct foo, node)->v > list_entry(b, struct foo, node)->v;
}
typedef int (*cmp_fn)(void *, const struct list_head *, const struct list_head *) __attribute__((nonnull(2,
	3)));
static struct list_head *merge(void *priv, cmp_fn c, struct list_head *a, struct list_head *b)
{
	struct list_head *head, **tail = &head;
	for (;;) {
		if (c(priv, a, b) <= 0) {
			*tail = a;
			tail = &a->next;
			a = a->next;
			if (!a) {
				*tail = b;
				break;
			}
		}
		else { *tail = b; tail = &b->next; b = b->next; if (!b) { *tail = a; break; } }
	}
	return head;
}
static void list_sort(void *priv, struct list_head *head, cmp_fn c)
{
	struct list_head *list = head->next, *pending = NULL; size_t count = 0;
	if (list == head->prev) return;
	head->prev->next = NULL;
	do {
		size_t bits; struct list_head **tail = &pending;
		for (bits = count; bits & 1; bits >>= 1) tail = &(*tail)->prev;
		if (bits) {
			struct list_head *a = *tail, *b = a->prev;
			a = merge(priv, c, b, a);
			a->prev = b->prev;
			*tail = a;
		}
		list->prev = pending; pending = list; list = list->next; pending->next = NULL; count++;
	} while (list);
	list = pending; pending = pending->prev;
	for (;;) {
		struct list_head *n = pending->prev;
		if (!n) break;
		list = merge(priv, c, pending, list);
		pending = n;
	}
	list = merge(priv, c, pending, list);
	head->next = list; struct list_head *p = head;
	for (; list; list = list->next) { list->prev = p; p = list; }
	p->next = head; head->prev = p;
}
int main(void)
{
	int calls = 0, n = 0; struct foo *f, *t;
	for (int i = 0; i < 100; i++) {
		f = malloc(sizeof(*f));
		*f = (struct foo){ .v = (i * 37) % 41, .w = i };
		list_add_tail(&f->node, &global);
	}
	list_sort(&calls, &global, cmp);
	int last = -1; long lw = -1; int stable = 1;
	list_for_each_entry(f, &global, node) {
		if (f->v < last || (f->v == last && f->w < lw)) stable = 0;
		last = f->v;
		lw = f->w;
		n++;
	}
	printf("%d %d %d\n", n, stable, calls);
	list_for_each_entry_safe(f, t, &global, node) if (f->v & 1) { list_del(&f->node); free(f); n--; }
	long sum = 0; list_for_each_entry(f, &global, node) sum = sum * 3 + f->v * f->w;
	printf("%d %ld\n", n, sum);
	return 0;
}
