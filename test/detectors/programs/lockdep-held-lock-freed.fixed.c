// SPDX-License-Identifier: MIT
/*
 * The object is freed with its lock held.
 * finding: WARNING: held lock freed in main
 * finding: WARNING: lock taken in main is held at exit
 */
#include <linux/slab.h>
#include <linux/mutex.h>

struct item { struct mutex lock; int key; };
static struct item *p;

int main(void)
{
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	mutex_init(&p->lock);
	mutex_lock(&p->lock);
	p->key = 1;
	mutex_unlock(&p->lock);
	return 0;
}
