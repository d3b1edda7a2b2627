/* A red-black tree as the kernel has it. */
#include <stdio.h>
#include <stdlib.h>
#include <stddef.h>
#include <stdbool.h>
#define container_of(ptr, type, member) ({ void *__mptr = (void *)(ptr); \
	_Static_assert(__builtin_types_compatible_p(typeof(*(ptr)), typeof(((type *)0)->member)) || \
	__builtin_types_compatible_p(typeof(*(ptr)), void), "pointer type mismatch"); ((type *)(__mptr - \
	offsetof(type, member))); })
struct rb_node {
	unsigned long parent_color;
	struct rb_node *right, *left;
}
__attribute__((aligned(sizeof(long))));
struct rb_root { struct rb_node *node; };
#define RED 0
#define BLACK 1
#define parent(r) ((struct rb_node *)((r)->parent_color & ~3UL))
#define color(r) ((r)->parent_color & 1)
static void set_parent(struct rb_node *n, struct rb_node *p) {
	n->parent_color = (n->parent_color & 3) | (unsigned long)p;
}
static void set_color(struct rb_node *n, int c) { n->parent_color = (n->parent_color & ~1UL) | c; }
static void rot(struct rb_node *n, struct rb_root *root, bool left)
{
	struct rb_node *c = left ? n->right : n->left, *p = parent(n);
	if (left) { if ((n->right = c->left)) set_parent(c->left, n); c->left = n; }
	else { if ((n->left = c->right)) set_parent(c->right, n); c->right = n; }
	set_parent(c, p);
	if (p) { if (n == p->left) p->left = c; else p->right = c; } else root->node = c;
	set_parent(n, c);
}
static void insert_color(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *p, *g;
	while ((p = parent(node)) && color(p) == RED) {
		g = parent(p);
		bool left = p == g->left;
		struct rb_node *u = left ? g->right : g->left;
		if (u && color(u) == RED) {
			set_color(u, BLACK);
			set_color(p, BLACK);
			set_color(g, RED);
			node = g;
			continue;
		}
		if ((left ? p->right : p->left) == node) {
			rot(p, root, left);
			struct rb_node *t = p;
			p = node;
			node = t;
		}
		set_color(p, BLACK); set_color(g, RED); rot(g, root, !left);
	}
	set_color(root->node, BLACK);
}
struct item { int key; struct rb_node rb; char pad[3]; };
static bool insert(struct rb_root *root, struct item *it)
{
	struct rb_node **link = &root->node, *p = NULL;
	while (*link) {
		struct item *x = container_of(*link, struct item, rb);
		p = *link;
		if (it->key < x->key) link = &(*link)->left;
		else if (it->key > x->key) link = &(*link)->right;
		else return false;
	}
	it->rb = (struct rb_node){ .parent_color = (unsigned long)p };
	*link = &it->rb;
	insert_color(&it->rb, root);
	return true;
}
static struct rb_node *first(struct rb_root *r) {
	struct rb_node *n = r->node;
	if (!n) return NULL;
	while (n->left) n = n->left;
	return n;
}
static struct rb_node *next(struct rb_node *n) {
	struct rb_node *p;
	if (n->right) {
		n = n->right;
		while (n->left) n = n->left;
		return n;
	} while ((p = parent(n)) && n == p->right) n = p;
	return p;
}
static int black_height(struct rb_node *n) {
	if (!n) return 1;
	int l = black_height(n->left), r = black_height(n->right);
	if (l != r || l < 0) return -1;
	if (color(n) == RED && ((n->left && color(n->left) == RED) || (n->right && color(n->right) == RED)))
		return -1;
	return l + color(n);
}
int main(void)
{
	struct rb_root root = { NULL };
	unsigned seed = 12345; int dup = 0, n = 0, prev = -1, ok = 1;
	for (int i = 0; i < 500; i++) {
		struct item *it = malloc(sizeof *it);
		seed = seed * 1103515245u + 12345u;
		it->key = (seed >> 16) % 700;
		if (!insert(&root, it)) { dup++; free(it); }
	}
	for (struct rb_node *x = first(&root); x; x = next(x)) {
		struct item *it = container_of(x, struct item, rb);
		if (it->key <= prev) ok = 0;
		prev = it->key;
		n++;
	}
	printf("%d %d %d %d\n", n, dup, ok, black_height(root.node));
	return 0;
}
