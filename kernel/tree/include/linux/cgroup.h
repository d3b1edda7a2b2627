/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_CGROUP_H
#define _LINUX_CGROUP_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/types.h>

struct cgroup;
struct cgroup_subsys;
struct cftype;

/* One controller, one hierarchy. */
enum cgroup_subsys_id {
	mem_cgroup_subsys_id,
	CGROUP_SUBSYS_COUNT
};

/* The part of a group that the core keeps inside each controller's own object. */
struct cgroup_subsys_state {
	struct cgroup *cgroup;
	atomic_t refcnt;	/* 1 for being alive, more: not to be removed now; 0: removed */
};

/* What a task points at. Upstream, tasks in the same groups of all hierarchies share one. */
struct css_set {
	struct cgroup *cgroup;
	struct cgroup_subsys_state *subsys[CGROUP_SUBSYS_COUNT];
};

struct cgroup {
	unsigned long flags;			/* enum below, changed with atomic bit operations */
	atomic_t count;				/* tasks in it; changed under cgroup_mutex */
	struct list_head sibling;		/* on parent's children; guarded by cgroup_mutex */
	struct list_head children;		/* guarded by cgroup_mutex */
	struct cgroup *parent;			/* NULL: the root. Never changes */
	struct css_set css_set;			/* never changes */
};

enum {
	CGRP_REMOVED,	/* rmdir() has been through: no task may come in */
};

/* A file in a group's directory: what its controller does when it is read or written. */
struct cftype {
	const char *name;
	u64 (*read_u64)(struct cgroup *cgrp, struct cftype *cft);
	int (*write_u64)(struct cgroup *cgrp, struct cftype *cft, u64 val);
	/* Any write, whatever is written, makes it happen. */
	int (*trigger)(struct cgroup *cgrp, unsigned int event);
};

struct cgroup_subsys {
	const char *name;
	int subsys_id;
	/* With cgroup_mutex held. */
	struct cgroup_subsys_state *(*create)(struct cgroup_subsys *ss, struct cgroup *cgrp);
	/* Without cgroup_mutex: it may take long. Others can attach tasks to the group meanwhile. */
	int (*pre_destroy)(struct cgroup_subsys *ss, struct cgroup *cgrp);
	/* With cgroup_mutex held, a grace period after the group went out of sight. */
	void (*destroy)(struct cgroup_subsys *ss, struct cgroup *cgrp);
	/* With cgroup_mutex held from can_attach to attach, or to cancel_attach. */
	int (*can_attach)(struct cgroup_subsys *ss, struct cgroup *cgrp,
			  struct task_struct *tsk, bool threadgroup);
	void (*cancel_attach)(struct cgroup_subsys *ss, struct cgroup *cgrp,
			      struct task_struct *tsk, bool threadgroup);
	void (*attach)(struct cgroup_subsys *ss, struct cgroup *cgrp, struct cgroup *old_cgrp,
		       struct task_struct *tsk, bool threadgroup);
	struct cftype *files;			/* the last one has no name */
};

void cgroup_lock(void);
void cgroup_unlock(void);
bool cgroup_lock_is_held(void);

/* Boot: the group at the top, with task in it. */
struct cgroup *cgroup_init(struct task_struct *task);

/* mkdir(), and rmdir() up to the point where the directory is out of sight. */
struct cgroup *cgroup_create(struct cgroup *parent);
int cgroup_rmdir(struct cgroup *cgrp);
/* The last user of the directory of a removed group has let go of it. */
void cgroup_diput(struct cgroup *cgrp);

/* A process that starts in a group, and one that ends. */
void cgroup_fork(struct task_struct *tsk, struct cgroup *cgrp);
void cgroup_exit(struct task_struct *tsk);

/* Writing a process into a group's file "tasks". */
int cgroup_tasks_write(struct cgroup *cgrp, struct task_struct *tsk);

/* open() and write() of a controller's file. */
struct cftype *cgroup_open_file(struct cgroup *cgrp, const char *name);
int cgroup_file_write(struct cgroup *cgrp, struct cftype *cft, u64 val);

static inline bool cgroup_is_removed(struct cgroup *cgrp)
{
	return test_bit(CGRP_REMOVED, &cgrp->flags);
}

static inline int cgroup_task_count(struct cgroup *cgrp)
{
	return atomic_read(&cgrp->count);
}

static inline struct cgroup_subsys_state *cgroup_subsys_state(struct cgroup *cgrp, int id)
{
	return cgrp->css_set.subsys[id];
}

/* Under rcu_read_lock() or cgroup_mutex: a task can be moved elsewhere at any time. */
static inline struct cgroup_subsys_state *task_subsys_state(struct task_struct *tsk, int id)
{
	return rcu_dereference_check(tsk->cgroups,
				     rcu_read_lock_held() || cgroup_lock_is_held())->subsys[id];
}

static inline void css_get(struct cgroup_subsys_state *css)
{
	atomic_inc(&css->refcnt);
}

/* Fails where the group is being removed. */
static inline bool css_tryget(struct cgroup_subsys_state *css)
{
	return atomic_inc_not_zero(&css->refcnt);
}

static inline void css_put(struct cgroup_subsys_state *css)
{
	atomic_dec(&css->refcnt);
}

static inline bool css_is_removed(struct cgroup_subsys_state *css)
{
	return atomic_read(&css->refcnt) == 0;
}

/* Is root the group of child, or one above it? */
bool css_is_ancestor(struct cgroup_subsys_state *child, const struct cgroup_subsys_state *root);

#endif /* _LINUX_CGROUP_H */
