// SPDX-License-Identifier: MIT
/*
 * Readers of a rwlock keep no reader out, so only the writing side closes a circle.
 * finding: possible deadlock in main
 */
#include <linux/spinlock.h>

static DEFINE_RWLOCK(table);
static DEFINE_SPINLOCK(list);

int main(void)
{
	read_lock(&table);
	spin_lock(&list);
	spin_unlock(&list);
	read_unlock(&table);

	spin_lock(&list);
	read_lock(&table); read_unlock(&table);
	spin_unlock(&list);
	return 0;
}
