// SPDX-License-Identifier: MIT
/*
 * An idle kernel thread still knows its object; what only a thread that has ended knew is lost.
 * finding: memory leak in serve
 */
#include <linux/kthread.h>
#include <linux/slab.h>

static int given;

static int serve(void *unused)
{
	long *own = kzalloc(sizeof(*own), GFP_KERNEL);

	WRITE_ONCE(given, *own == 0);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		schedule();
	}
	return own == NULL;
}

void cpu0(void)
{
	kthread_run(serve, NULL, "server");
}
