/* SPDX-License-Identifier: MIT */
/* Signals: handlers, the mask, and what happens by default. See <signal.h> for who raises them. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define BIT(number) (1ul << ((number) - 1))

static struct sigaction actions[NSIG];
static sigset_t blocked;
static sigset_t pending;

static int is_signal(int number)
{
	if (number > 0 && number < NSIG)
		return 1;
	errno = EINVAL;
	return 0;
}

static void by_default(int number)
{
	if (number == SIGCHLD || number == SIGCONT)
		return;
	if (number == SIGABRT)
		__builtin_trap();
	/* What a shell shows for a process that a signal ended. */
	_exit(128 + number);
}

static void deliver(int number)
{
	struct sigaction action = actions[number];
	sigset_t before = blocked;

	if (blocked & BIT(number)) {
		pending |= BIT(number);
		return;
	}
	if (action.sa_handler == SIG_IGN)
		return;
	if (action.sa_handler == SIG_DFL) {
		by_default(number);
		return;
	}
	if (action.sa_flags & SA_RESETHAND)
		actions[number].sa_handler = SIG_DFL;
	blocked |= action.sa_mask | (action.sa_flags & SA_NODEFER ? 0 : BIT(number));
	if (action.sa_flags & SA_SIGINFO) {
		siginfo_t info = { .si_signo = number };

		action.sa_sigaction(number, &info, NULL);
	} else {
		action.sa_handler(number);
	}
	blocked = before;
}

static void deliver_pending(void)
{
	for (int number = 1; number < NSIG; number++) {
		if (!(pending & ~blocked & BIT(number)))
			continue;
		pending &= ~BIT(number);
		deliver(number);
	}
}

int raise(int number)
{
	if (!is_signal(number))
		return -1;
	deliver(number);
	return 0;
}

int kill(pid_t process, int number)
{
	if (process != getpid() && process != 0) {
		errno = ESRCH;
		return -1;
	}
	return number ? raise(number) : 0;
}

/*
 * What the compiler puts in front of divisions by zero. An operation that faults is not left by its handler's return: it
 * would only be repeated. So the division that follows then ends the run by name.
 */
void __smplab_fault(int number)
{
	struct sigaction *action = &actions[number];

	if (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN)
		deliver(number);
}

int sigaction(int number, const struct sigaction *action, struct sigaction *before)
{
	if (!is_signal(number))
		return -1;
	if (before)
		*before = actions[number];
	if (action) {
		if (number == SIGKILL || number == SIGSTOP) {
			errno = EINVAL;
			return -1;
		}
		actions[number] = *action;
	}
	return 0;
}

__sighandler_t signal(int number, __sighandler_t handler)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART }, before;

	return sigaction(number, &action, &before) ? SIG_ERR : before.sa_handler;
}

int sigemptyset(sigset_t *set)
{
	*set = 0;
	return 0;
}

int sigfillset(sigset_t *set)
{
	*set = -1ul;
	return 0;
}

int sigaddset(sigset_t *set, int number)
{
	if (!is_signal(number))
		return -1;
	*set |= BIT(number);
	return 0;
}

int sigdelset(sigset_t *set, int number)
{
	if (!is_signal(number))
		return -1;
	*set &= ~BIT(number);
	return 0;
}

int sigismember(const sigset_t *set, int number)
{
	return is_signal(number) ? (*set & BIT(number)) != 0 : -1;
}

int sigpending(sigset_t *set)
{
	*set = pending;
	return 0;
}

int sigprocmask(int how, const sigset_t *set, sigset_t *before)
{
	if (before)
		*before = blocked;
	if (!set)
		return 0;
	if (how == SIG_BLOCK)
		blocked |= *set;
	else if (how == SIG_UNBLOCK)
		blocked &= ~*set;
	else
		blocked = *set;
	blocked &= ~(BIT(SIGKILL) | BIT(SIGSTOP));
	deliver_pending();
	return 0;
}
