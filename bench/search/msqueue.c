// SPDX-License-Identifier: MIT
/*
 * A queue without locks: each task puts its number in and takes one out. The tail may lag one node behind the last; who
 * meets it there helps (Michael and Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue
 * Algorithms", PODC 1996). Nodes are not used again, so that no counters are needed beside the pointers.
 */
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <smplab.h>

#ifndef N
#define N 2
#endif

struct node {
	struct node *next;
	int value;
};

static struct node nodes[N + 1];
static struct node *head = &nodes[N], *tail = &nodes[N];
static int taken[N];

static void put(struct node *node)
{
	struct node *last, *next;

	for (;;) {
		last = READ_ONCE(tail);
		next = READ_ONCE(last->next);
		if (next)
			cmpxchg(&tail, last, next);
		else if (!cmpxchg(&last->next, NULL, node))
			break;
	}
	cmpxchg(&tail, last, node);
}

/* The value, or 0 from an empty queue. */
static int take(void)
{
	struct node *first, *last, *next;

	for (;;) {
		first = READ_ONCE(head);
		last = READ_ONCE(tail);
		next = READ_ONCE(first->next);
		if (!next)
			return 0;
		if (first == last)
			cmpxchg(&tail, last, next);
		else if (cmpxchg(&head, first, next) == first)
			return next->value;
	}
}

static void task(void *arg)
{
	int me = (long)arg;

	nodes[me].value = me + 1;
	put(&nodes[me]);
	taken[me] = take();
}

int main(void)
{
	long i;
	int sum = 0;

	for (i = 0; i < N; i++)
		smplab_run_on(i, task, (void *)i);
	smplab_join_all();
	for (i = 0; i < N; i++)
		sum += taken[i];
	smplab_observe("first", taken[0]);
	smplab_observe("sum", sum);
	return 0;
}
