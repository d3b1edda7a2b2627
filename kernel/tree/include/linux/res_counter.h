/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_RES_COUNTER_H
#define _LINUX_RES_COUNTER_H

#include <linux/spinlock.h>
#include <linux/types.h>

#define RESOURCE_MAX	0x7fffffffffffffffULL

/* An amount in use with a limit. Every field but the lock and the parent is guarded by lock. */
struct res_counter {
	unsigned long long usage;
	unsigned long long max_usage;	/* the most that usage ever was */
	unsigned long long limit;
	unsigned long long failcnt;	/* charges refused at this counter */
	spinlock_t lock;
	struct res_counter *parent;	/* is charged as well; NULL: nobody */
};

void res_counter_init(struct res_counter *counter, struct res_counter *parent);

/*
 * Charges val to the counter and all above it, or to none: then -ENOMEM, and *limit_fail_at
 * is the counter that had no room.
 */
int res_counter_charge(struct res_counter *counter, unsigned long val,
		       struct res_counter **limit_fail_at);
void res_counter_uncharge(struct res_counter *counter, unsigned long val);

unsigned long long res_counter_read_usage(struct res_counter *counter);
bool res_counter_check_under_limit(struct res_counter *counter);
/* -EBUSY where more than that is in use already. */
int res_counter_set_limit(struct res_counter *counter, unsigned long long limit);

#endif /* _LINUX_RES_COUNTER_H */
