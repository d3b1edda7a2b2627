// SPDX-License-Identifier: MIT
#include <linux/mutex.h>

static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
int done;

void cpu0(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	done++;
	mutex_unlock(&b);
	mutex_unlock(&a);
}

void cpu1(void)
{
	mutex_lock(&b);
	mutex_lock(&a);
	done++;
	mutex_unlock(&a);
	mutex_unlock(&b);
}
