/* SPDX-License-Identifier: MIT */
/* Memory nodes: this machine has one. https://docs.kernel.org/mm/numa.html */
#ifndef _LINUX_NODEMASK_H
#define _LINUX_NODEMASK_H

#include <linux/numa.h>
#include <linux/bitmap.h>

typedef struct {
	DECLARE_BITMAP(bits, MAX_NUMNODES);
} nodemask_t;

enum node_states {
	N_POSSIBLE,
	N_ONLINE,
	N_NORMAL_MEMORY,
	N_HIGH_MEMORY = N_NORMAL_MEMORY,
	N_MEMORY,
	N_CPU,
	NR_NODE_STATES
};

#define nr_node_ids MAX_NUMNODES
#define nr_online_nodes MAX_NUMNODES
#define first_online_node 0
#define first_memory_node 0
#define num_online_nodes() MAX_NUMNODES
#define num_possible_nodes() MAX_NUMNODES
#define node_state(node, state) ((node) == 0)
#define node_online(node) ((node) == 0)
#define node_possible(node) ((node) == 0)
#define next_online_node(nid) MAX_NUMNODES
#define for_each_node_state(node, state) for ((node) = 0; (node) < MAX_NUMNODES; (node)++)
#define for_each_node(node) for_each_node_state(node, N_POSSIBLE)
#define for_each_online_node(node) for_each_node_state(node, N_ONLINE)
#define numa_node_id() 0
#define numa_mem_id() 0
#define cpu_to_node(cpu) ((void)(cpu), 0)

#endif
