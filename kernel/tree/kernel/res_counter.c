// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters with limits, in a tree: a charge to one is a charge to everything above it.
 *
 * A charge goes upwards and takes one lock at a time, so a counter may for a moment show what
 * another one further up will refuse; the refused charge is then taken back from below.
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/res_counter.h>

void res_counter_init(struct res_counter *counter, struct res_counter *parent)
{
	spin_lock_init(&counter->lock);
	counter->usage = 0;
	counter->max_usage = 0;
	counter->limit = RESOURCE_MAX;
	counter->failcnt = 0;
	counter->parent = parent;
}

static int res_counter_charge_locked(struct res_counter *counter, unsigned long val)
{
	unsigned long long usage = counter->usage + val;

	if (usage > counter->limit) {
		counter->failcnt++;
		return -ENOMEM;
	}

	counter->usage = usage;
	if (usage > counter->max_usage)
		counter->max_usage = usage;
	return 0;
}

static void res_counter_uncharge_locked(struct res_counter *counter, unsigned long val)
{
	unsigned long long usage = counter->usage;

	if (WARN_ON(usage < val))
		val = usage;
	counter->usage = usage - val;
}

/* Takes val back from counter and those above it, up to but without end (NULL: from all). */
static void uncharge_until(struct res_counter *counter, struct res_counter *end, unsigned long val)
{
	unsigned long flags;
	struct res_counter *c;

	local_irq_save(flags);
	for (c = counter; c != end; c = c->parent) {
		spin_lock(&c->lock);
		res_counter_uncharge_locked(c, val);
		spin_unlock(&c->lock);
	}
	local_irq_restore(flags);
}

int res_counter_charge(struct res_counter *counter, unsigned long val,
		       struct res_counter **limit_fail_at)
{
	unsigned long flags;
	struct res_counter *c;
	int ret = 0;

	*limit_fail_at = NULL;
	local_irq_save(flags);
	for (c = counter; c != NULL; c = c->parent) {
		spin_lock(&c->lock);
		ret = res_counter_charge_locked(c, val);
		spin_unlock(&c->lock);
		if (ret < 0) {
			*limit_fail_at = c;
			uncharge_until(counter, c, val);
			break;
		}
	}
	local_irq_restore(flags);
	return ret;
}

void res_counter_uncharge(struct res_counter *counter, unsigned long val)
{
	uncharge_until(counter, NULL, val);
}

unsigned long long res_counter_read_usage(struct res_counter *counter)
{
	unsigned long long usage;
	unsigned long flags;

	spin_lock_irqsave(&counter->lock, flags);
	usage = counter->usage;
	spin_unlock_irqrestore(&counter->lock, flags);
	return usage;
}

bool res_counter_check_under_limit(struct res_counter *counter)
{
	unsigned long flags;
	bool under;

	spin_lock_irqsave(&counter->lock, flags);
	under = counter->usage < counter->limit;
	spin_unlock_irqrestore(&counter->lock, flags);
	return under;
}

int res_counter_set_limit(struct res_counter *counter, unsigned long long limit)
{
	unsigned long flags;
	int ret = -EBUSY;

	spin_lock_irqsave(&counter->lock, flags);
	if (counter->usage <= limit) {
		counter->limit = limit;
		ret = 0;
	}
	spin_unlock_irqrestore(&counter->lock, flags);
	return ret;
}
