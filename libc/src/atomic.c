/* SPDX-License-Identifier: MIT */
/* The functions of <stdatomic.h> for who needs their addresses; calls are macros. */
#include <stdatomic.h>

void (atomic_thread_fence)(memory_order order)
{
	(void)order;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void (atomic_signal_fence)(memory_order order)
{
	(void)order;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

_Bool (atomic_flag_test_and_set)(volatile atomic_flag *flag)
{
	return atomic_flag_test_and_set(flag);
}

_Bool (atomic_flag_test_and_set_explicit)(volatile atomic_flag *flag, memory_order order)
{
	(void)order;
	return atomic_flag_test_and_set(flag);
}

void (atomic_flag_clear)(volatile atomic_flag *flag)
{
	atomic_flag_clear(flag);
}

void (atomic_flag_clear_explicit)(volatile atomic_flag *flag, memory_order order)
{
	(void)order;
	atomic_flag_clear(flag);
}
