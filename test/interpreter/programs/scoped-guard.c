/* The kernel's scoped_guard(): a for loop whose object releases the lock. */
#include <stdio.h>
#include <stdbool.h>
struct lock { int held; };
static void unlock(struct lock **l) { if (*l) { (*l)->held--; printf("unlock "); } }
static struct lock *take(struct lock *l) { l->held++; printf("lock "); return l; }
#define scoped_guard(l) for (struct lock *scope __attribute__((cleanup(unlock))) = take(l), *done = NULL; !done; done = (void *)1)
static int f(struct lock *l, bool early)
{
	scoped_guard(l) {
		printf("held=%d ", l->held);
		if (early)
			return 1;
	}
	return 0;
}
int main(void)
{
	struct lock l = { 0 };
	int first = f(&l, false), second = f(&l, true);
	printf("%d %d %d\n", first, second, l.held);
	return 0;
}
