/* SPDX-License-Identifier: MIT */
#ifndef _LINUX_DEMO_H
#define _LINUX_DEMO_H
void stat_update(void);
unsigned long stat_read(void);
#endif
