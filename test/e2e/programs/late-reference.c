// SPDX-License-Identifier: MIT
/* A reference is taken after the last one may have been given back: what comes next of the giver is after the report. */
#include <linux/atomic.h>
#include <linux/refcount.h>
#include <linux/slab.h>

struct object {
	refcount_t refs;
	int value;
};

static struct object *shared;
int seen;

static void put(struct object *o)
{
	if (refcount_dec_and_test(&o->refs))
		kfree(o);
}

void setup(void)
{
	shared = kzalloc(sizeof(*shared), GFP_KERNEL);
	refcount_set(&shared->refs, 1);
}

void cpu0(void)
{
	put(xchg(&shared, NULL));
}

void cpu1(void)
{
	struct object *o = READ_ONCE(shared);

	if (!o)
		return;
	refcount_inc(&o->refs);
	seen = o->value;
	put(o);
}
