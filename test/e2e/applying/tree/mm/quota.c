// SPDX-License-Identifier: MIT
/* How many pages a group holds, and how many it may. */

struct quota {
	spinlock_t lock;
	long pages;
	long limit;
};

int quota_charge(struct quota *q, long pages)
{
	int ret = 0;

	spin_lock(&q->lock);
	if (q->pages + pages > q->limit)
		ret = -ENOMEM;
	else
		q->pages += pages;
	spin_unlock(&q->lock);

	return ret;
}

void quota_uncharge(struct quota *q, long pages)
{
	q->pages -= pages;
}
