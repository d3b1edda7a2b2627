/* _Atomic objects and the __atomic_ and __sync_ operations. */
#include <stdio.h>
static _Atomic int counter = 5;
static _Atomic double sum;
static unsigned char byte = 250;
int main(void)
{
	int old = counter++, expected = 6;
	counter *= 3;
	sum += 1.25;
	sum *= 2;
	printf("%d %d %.2f\n", old, counter, (double)sum);
	printf("%d ", __atomic_fetch_add(&byte, 10, __ATOMIC_SEQ_CST));
	printf("%d ", __atomic_nand_fetch(&byte, 6, __ATOMIC_RELAXED));
	printf("%d ", __sync_val_compare_and_swap(&byte, 251, 7));
	int plain = 6;
	printf("%d ", __atomic_compare_exchange_n(&plain, &expected, 9, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	printf("%d ", __atomic_compare_exchange_n(&plain, &expected, 9, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	printf("%d %d\n", plain, expected);
	return 0;
}
