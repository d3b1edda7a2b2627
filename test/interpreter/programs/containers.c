/* A fifo, heaps, a trie, an LRU list. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdbool.h>
/* kfifo, heap, trie, lru */
#define DECLARE_FIFO(type, n) struct { unsigned in, out; type buf[n]; }
#define fifo_put(f, v) ({ typeof(f) __f = (f); bool ok = __f->in - __f->out < sizeof(__f->buf) / \
	sizeof(*__f->buf); if (ok) __f->buf[__f->in++ % (sizeof(__f->buf) / sizeof(*__f->buf))] = (v); \
	ok; })
#define fifo_get(f, v) ({ typeof(f) __f = (f); bool ok = __f->in != __f->out; if (ok) *(v) = \
	__f->buf[__f->out++ % (sizeof(__f->buf) / sizeof(*__f->buf))]; ok; })
struct heap { int n; int a[64]; int (*less)(int, int); };
static int lt(int a, int b) { return a < b; } static int gt(int a, int b) { return a > b; }
static void push(struct heap *h, int v) {
	int i = h->n++;
	while (i && h->less(v, h->a[(i - 1) / 2])) {
		h->a[i] = h->a[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->a[i] = v;
}
static int pop(struct heap *h) {
	int top = h->a[0], v = h->a[--h->n], i = 0, c;
	while ((c = 2 * i + 1) < h->n) {
		if (c + 1 < h->n && h->less(h->a[c + 1], h->a[c])) c++;
		if (!h->less(h->a[c], v)) break;
		h->a[i] = h->a[c];
		i = c;
	}
	h->a[i] = v;
	return top;
}
struct trie { struct trie *kid[26]; bool end; int count; };
static void add(struct trie *t, const char *s) {
	for (; *s; s++) {
		struct trie **k = &t->kid[*s - 'a'];
		if (!*k) *k = calloc(1, sizeof **k);
		t = *k;
		t->count++;
	}
	t->end = true;
}
static void walk(const struct trie *t, char *b, int d) { if (t->end) { b[d] = 0; printf("%s:%d ", b,
	t->count); } for (int i = 0; i < 26; i++) if (t->kid[i]) { b[d] = 'a' + i; walk(t->kid[i], b, d +
	1); } }
struct lru {
	int key, val;
	struct lru *prev, *next;
};
static struct lru pool[4], *head, *tail;
static int used;
static void unlink_(struct lru *e) {
	*(e->prev ? &e->prev->next : &head) = e->next;
	*(e->next ? &e->next->prev : &tail) = e->prev;
}
static void front(struct lru *e) {
	e->prev = NULL;
	e->next = head;
	*(head ? &head->prev : &tail) = e;
	head = e;
}
static int get(int k) {
	for (struct lru *e = head; e; e = e->next) if (e->key == k) {
		unlink_(e);
		front(e);
		return e->val;
	}
	return -1;
}
static void put(int k, int v) {
	struct lru *e;
	if (get(k) >= 0) {
		head->val = v;
		return;
	}
	if (used < 4) e = &pool[used++];
	else {
		e = tail;
		unlink_(e);
	}
	e->key = k;
	e->val = v;
	front(e);
}
int main(void)
{
	DECLARE_FIFO(short, 8) f = { 0 };
	int ok = 0;
	short v;
	for (int i = 0; i < 10; i++) ok += fifo_put(&f, i * 3);
	printf("%d:", ok);
	fifo_get(&f, &v);
	fifo_put(&f, 99);
	while (fifo_get(&f, &v)) printf(" %d", v);
	printf("\n");
	struct heap h = { .less = lt }, g = { .less = gt };
	for (unsigned i = 1, x = 7; i < 40; i++) {
		x = x * 97 % 101;
		push(&h, x);
		push(&g, x);
	}
	for (int i = 0; i < 10; i++) printf("%d/%d ", pop(&h), pop(&g));
	printf("\n");
	struct trie t = { 0 };
	char b[20];
	const char *w[] = { "tree", "trie", "tri", "a", "apple", "app", "tree" };
	for (unsigned i = 0; i < sizeof w / sizeof *w; i++) add(&t, w[i]);
	walk(&t, b, 0);
	printf("\n");
	for (int i = 0; i < 6; i++) {
		put(i, i * i);
		get(1);
	}
	printf("%d ", get(0));
	printf("%d ", get(1));
	printf("%d ", get(5));
	printf("%d\n", get(2));
	for (struct lru *e = head; e; e = e->next) printf("%d ", e->key);
	printf("\n");
	return 0;
}
