// A task that goes round for ever and changes memory each time: it waits for nothing that could be named, and still no
// schedule lets it end once cpu0() has left with the lock.
#include <linux/compiler.h>
#include <linux/mutex.h>

static DEFINE_MUTEX(lock);
static int stopped;
static int odd;

void cpu0(void)
{
	mutex_lock(&lock);
	if (READ_ONCE(stopped))
		return;
	mutex_unlock(&lock);
}

void cpu1(void)
{
	WRITE_ONCE(stopped, 1);
	while (!mutex_trylock(&lock))
		odd = !odd;
	mutex_unlock(&lock);
}
