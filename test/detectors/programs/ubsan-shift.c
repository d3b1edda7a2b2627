// SPDX-License-Identifier: MIT
/*
 * The mask of all bits of an order is made by shifting a 32-bit one.
 * finding: UBSAN: shift-out-of-bounds in mask
 */
static unsigned int mask(unsigned int order)
{
	return 1U << order;
}

int main(void)
{
	return mask(32) == 0;
}
