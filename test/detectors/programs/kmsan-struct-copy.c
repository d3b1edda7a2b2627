// SPDX-License-Identifier: MIT
/*
 * A member that nobody has set is copied with its structure, twice; the copy decides.
 * finding: KMSAN: uninit-value in main
 */
#include <linux/slab.h>
#include <linux/string.h>

struct request { char kind; int length; unsigned int urgent : 1, done : 1; };

int main(void)
{
	struct request *queued = kmalloc(sizeof(*queued), GFP_KERNEL);
	struct request first, copy;
	int busy;

	first.kind = 'r';
	first.length = 12;
	first.urgent = 1;
	first.length++;
	*queued = first;
	memcpy(&copy, queued, sizeof(copy));
	busy = copy.urgent && !copy.done;
	kfree(queued);
	return busy;
}
