// SPDX-License-Identifier: GPL-2.0-only
/*
 * A reader waits for a grace period, which waits for the reader. One CPU is enough: no schedule is at fault.
 *
 *	smplab run examples/synchronize_in_reader
 */
#include <kunit/test.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <smplab.h>

struct config {
	int value;
};

static struct config __rcu *current_config;
static DEFINE_SPINLOCK(update_lock);

static void set_config(int value)
{
	struct config *fresh = kmalloc(sizeof(*fresh), GFP_ATOMIC);
	struct config *old;

	fresh->value = value;
	spin_lock(&update_lock);
	old = rcu_dereference_protected(current_config, lockdep_is_held(&update_lock));
	rcu_assign_pointer(current_config, fresh);
	spin_unlock(&update_lock);
	synchronize_rcu();
	kfree(old);
}

static void raise_config(void *arg)
{
	struct config *config;

	rcu_read_lock();
	config = rcu_dereference(current_config);
	if (!config || config->value < 2)
		set_config(2);
	rcu_read_unlock();
}

static void waits_for_itself(struct kunit *test)
{
	smplab_run_on(0, raise_config, NULL);
	smplab_join_all();
}

static struct kunit_case cases[] = { KUNIT_CASE(waits_for_itself), {} };
static struct kunit_suite suite = { .name = "examples", .test_cases = cases };
kunit_test_suite(suite);
