// SPDX-License-Identifier: MIT
/*
 * An entry is deleted twice.
 * finding: WARNING in __list_del_entry_valid
 */
#include <linux/list.h>

static LIST_HEAD(all);
static LIST_HEAD(entry);

int main(void)
{
	list_add(&entry, &all);
	list_del(&entry);
	list_add(&entry, &all);
	return 0;
}
