// SPDX-License-Identifier: MIT
/*
 * Both orders of two locks; one of the inner ones is only tried, and who tries does not wait.
 * finding: possible deadlock in main
 */
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);

int main(void)
{
	spin_lock(&a);
	spin_lock(&b);
	spin_unlock(&b);
	spin_unlock(&a);

	spin_lock(&b);
	if (spin_trylock(&a))
		spin_unlock(&a);
	spin_unlock(&b);
	return 0;
}
