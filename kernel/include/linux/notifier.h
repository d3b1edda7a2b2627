/* SPDX-License-Identifier: MIT */
/* Chains of callbacks. https://docs.kernel.org/core-api/kernel-api.html; plain C, nothing of the emulation in it. */
#ifndef _LINUX_NOTIFIER_H
#define _LINUX_NOTIFIER_H

#include <linux/kernel.h>

struct notifier_block;
typedef int (*notifier_fn_t)(struct notifier_block *nb, unsigned long action, void *data);

struct notifier_block {
	notifier_fn_t notifier_call;
	struct notifier_block *next;
	int priority;
};

#define NOTIFY_DONE 0x0000
#define NOTIFY_OK 0x0001
#define NOTIFY_STOP_MASK 0x8000
#define NOTIFY_BAD (NOTIFY_STOP_MASK | 0x0002)
#define NOTIFY_STOP (NOTIFY_OK | NOTIFY_STOP_MASK)

static inline int notifier_from_errno(int err)
{
	return err ? NOTIFY_STOP_MASK | (NOTIFY_OK - err) : NOTIFY_OK;
}

static inline int notifier_to_errno(int ret)
{
	ret &= ~NOTIFY_STOP_MASK;
	return ret > NOTIFY_OK ? NOTIFY_OK - ret : 0;
}

/* The caller keeps the chain from changing. Higher priorities come first. */
static inline void __smplab_chain_add(struct notifier_block **chain, struct notifier_block *nb)
{
	while (*chain && (*chain)->priority >= nb->priority)
		chain = &(*chain)->next;
	nb->next = *chain;
	*chain = nb;
}

static inline void __smplab_chain_remove(struct notifier_block **chain, struct notifier_block *nb)
{
	while (*chain && *chain != nb)
		chain = &(*chain)->next;
	if (*chain)
		*chain = nb->next;
}

static inline int __smplab_chain_call(struct notifier_block *nb, unsigned long action, void *data)
{
	int ret = NOTIFY_DONE;

	for (; nb; nb = nb->next) {
		ret = nb->notifier_call(nb, action, data);
		if (ret & NOTIFY_STOP_MASK)
			break;
	}
	return ret;
}

#endif
