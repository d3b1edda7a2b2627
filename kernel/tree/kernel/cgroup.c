// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups of processes: one hierarchy, with the memory controller as its one subsystem.
 *
 * cgroup_mutex is held over everything that changes the tree of groups or moves a process; so
 * no two processes are moved at once. rmdir() drops it while the controller empties the group,
 * since that may take long: then a process can be moved, even into the group that goes, or
 * another group be removed.
 */
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

static DEFINE_MUTEX(cgroup_mutex);

static struct cgroup_subsys *const subsys[CGROUP_SUBSYS_COUNT] = {
	[mem_cgroup_subsys_id] = &mem_cgroup_subsys,
};

#define for_each_subsys(ss, i) \
	for ((i) = 0; (i) < CGROUP_SUBSYS_COUNT && ((ss) = subsys[i], 1); (i)++)

void cgroup_lock(void)
{
	mutex_lock(&cgroup_mutex);
}

void cgroup_unlock(void)
{
	mutex_unlock(&cgroup_mutex);
}

bool cgroup_lock_is_held(void)
{
	return lockdep_is_held(&cgroup_mutex);
}

/* Takes cgroup_mutex, unless the group has been removed. */
static bool cgroup_lock_live_group(struct cgroup *cgrp)
{
	cgroup_lock();
	if (cgroup_is_removed(cgrp)) {
		cgroup_unlock();
		return false;
	}
	return true;
}

struct cgroup *cgroup_create(struct cgroup *parent)
{
	struct cgroup_subsys_state *css;
	struct cgroup_subsys *ss;
	struct cgroup *cgrp;
	int i;

	cgrp = kzalloc(sizeof(*cgrp), GFP_KERNEL);
	if (!cgrp)
		return ERR_PTR(-ENOMEM);

	cgroup_lock();
	atomic_set(&cgrp->count, 0);
	INIT_LIST_HEAD(&cgrp->sibling);
	INIT_LIST_HEAD(&cgrp->children);
	cgrp->parent = parent;
	cgrp->css_set.cgroup = cgrp;

	for_each_subsys(ss, i) {
		css = ss->create(ss, cgrp);
		if (IS_ERR(css))
			goto err_destroy;
		css->cgroup = cgrp;
		atomic_set(&css->refcnt, 1);
		cgrp->css_set.subsys[i] = css;
	}
	if (parent)
		list_add(&cgrp->sibling, &parent->children);
	cgroup_unlock();
	return cgrp;

err_destroy:
	while (--i >= 0)
		subsys[i]->destroy(subsys[i], cgrp);
	cgroup_unlock();
	kfree(cgrp);
	return ERR_CAST(css);
}

struct cgroup *cgroup_init(struct task_struct *task)
{
	struct cgroup *root = cgroup_create(NULL);

	if (!IS_ERR(root))
		cgroup_fork(task, root);
	return root;
}

static int cgroup_call_pre_destroy(struct cgroup *cgrp)
{
	struct cgroup_subsys *ss;
	int i, ret;

	for_each_subsys(ss, i) {
		if (!ss->pre_destroy)
			continue;
		ret = ss->pre_destroy(ss, cgrp);
		if (ret)
			return ret;
	}
	return 0;
}

/*
 * No new references to the group's css from here on. False where somebody has one: upstream
 * rmdir() then sleeps and tries again, here it fails.
 */
static bool cgroup_clear_css_refs(struct cgroup *cgrp)
{
	int i;

	for (i = 0; i < CGROUP_SUBSYS_COUNT; i++)
		if (atomic_cmpxchg(&cgrp->css_set.subsys[i]->refcnt, 1, 0) != 1)
			goto busy;
	return true;
busy:
	while (--i >= 0)
		atomic_set(&cgrp->css_set.subsys[i]->refcnt, 1);
	return false;
}

int cgroup_rmdir(struct cgroup *cgrp)
{
	int ret;

	cgroup_lock();
	if (cgroup_task_count(cgrp) || !list_empty(&cgrp->children)) {
		cgroup_unlock();
		return -EBUSY;
	}
	cgroup_unlock();

	ret = cgroup_call_pre_destroy(cgrp);
	if (ret)
		return ret;

	/* What was true above need not be true any more. */
	cgroup_lock();
	if (cgroup_task_count(cgrp) || !list_empty(&cgrp->children) ||
	    !cgroup_clear_css_refs(cgrp)) {
		cgroup_unlock();
		return -EBUSY;
	}
	set_bit(CGRP_REMOVED, &cgrp->flags);
	list_del_init(&cgrp->sibling);
	cgroup_unlock();
	return 0;
}

void cgroup_diput(struct cgroup *cgrp)
{
	struct cgroup_subsys *ss;
	int i;

	/* Whoever found the group through a task or a page may still look at it. */
	synchronize_rcu();

	cgroup_lock();
	for_each_subsys(ss, i)
		ss->destroy(ss, cgrp);
	cgroup_unlock();
	kfree(cgrp);
}

void cgroup_fork(struct task_struct *tsk, struct cgroup *cgrp)
{
	cgroup_lock();
	atomic_inc(&cgrp->count);
	rcu_assign_pointer(tsk->cgroups, &cgrp->css_set);
	cgroup_unlock();
}

void cgroup_exit(struct task_struct *tsk)
{
	cgroup_lock();
	atomic_dec(&tsk->cgroups->cgroup->count);
	cgroup_unlock();
}

/* With cgroup_mutex held. */
static int cgroup_attach_task(struct cgroup *cgrp, struct task_struct *tsk)
{
	struct cgroup *oldcgrp = tsk->cgroups->cgroup;
	struct cgroup_subsys *ss;
	int i, ret = 0;

	if (cgrp == oldcgrp)
		return 0;

	for_each_subsys(ss, i) {
		if (!ss->can_attach)
			continue;
		ret = ss->can_attach(ss, cgrp, tsk, false);
		if (ret)
			goto cancel;
	}

	atomic_inc(&cgrp->count);
	task_lock(tsk);
	rcu_assign_pointer(tsk->cgroups, &cgrp->css_set);
	task_unlock(tsk);

	for_each_subsys(ss, i)
		if (ss->attach)
			ss->attach(ss, cgrp, oldcgrp, tsk, false);

	/* Whoever found the task in the old group is done with it before the group can go. */
	synchronize_rcu();
	atomic_dec(&oldcgrp->count);
	return 0;

cancel:
	while (--i >= 0)
		if (subsys[i]->cancel_attach)
			subsys[i]->cancel_attach(subsys[i], cgrp, tsk, false);
	return ret;
}

int cgroup_tasks_write(struct cgroup *cgrp, struct task_struct *tsk)
{
	int ret;

	if (!cgroup_lock_live_group(cgrp))
		return -ENODEV;
	ret = cgroup_attach_task(cgrp, tsk);
	cgroup_unlock();
	return ret;
}

struct cftype *cgroup_open_file(struct cgroup *cgrp, const char *name)
{
	struct cgroup_subsys *ss;
	struct cftype *cft;
	int i;

	for_each_subsys(ss, i)
		for (cft = ss->files; cft->name; cft++)
			if (!strcmp(cft->name, name))
				return cft;
	return NULL;
}

int cgroup_file_write(struct cgroup *cgrp, struct cftype *cft, u64 val)
{
	if (cgroup_is_removed(cgrp))
		return -ENODEV;
	if (cft->trigger)
		return cft->trigger(cgrp, 0);
	if (cft->write_u64)
		return cft->write_u64(cgrp, cft, val);
	return -EINVAL;
}

bool css_is_ancestor(struct cgroup_subsys_state *child, const struct cgroup_subsys_state *root)
{
	struct cgroup *cgrp;

	for (cgrp = child->cgroup; cgrp; cgrp = cgrp->parent)
		if (cgrp == root->cgroup)
			return true;
	return false;
}
