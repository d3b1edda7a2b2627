/* The kernel's headers first, the library's behind them. */
#include <linux/list.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static DEFINE_SPINLOCK(lock);
static LIST_HEAD(items);
struct item { struct list_head link; int64_t value; };
int main(void)
{
	struct item *one, *next;
	bool any = false;
	for (int i = 0; i < 3; i++) {
		one = kmalloc(sizeof(*one), GFP_KERNEL);
		one->value = abs(-i);
		spin_lock(&lock);
		list_add(&one->link, &items);
		spin_unlock(&lock);
	}
	list_for_each_entry_safe(one, next, &items, link) {
		printf("%d %zu\n", (int)one->value, strlen("ab"));
		any = true;
		kfree(one);
	}
	return any ? 0 : 1;
}
