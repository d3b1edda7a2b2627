/* SPDX-License-Identifier: MIT */
/* Module decorations; nothing is ever loaded or unloaded. https://docs.kernel.org/kbuild/modules.html */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

#include <linux/export.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>

struct module {
	const char *name;
};

#define THIS_MODULE ((struct module *)0)
#define KBUILD_MODNAME "smplab"
#define MODULE_LICENSE(x)
#define MODULE_AUTHOR(x)
#define MODULE_DESCRIPTION(x)
#define MODULE_ALIAS(x)
#define MODULE_VERSION(x)
#define MODULE_INFO(tag, info)
#define MODULE_IMPORT_NS(ns)
#define MODULE_DEVICE_TABLE(type, name)
#define MODULE_SOFTDEP(x)
#define MODULE_NAME_LEN 56
#define try_module_get(m) ((void)(m), true)
#define module_put(m) ((void)(m))
#define __module_get(m) ((void)(m))

#endif
