// SPDX-License-Identifier: MIT
/*
 * The last element of an array on the stack is not filled, and returned.
 * finding: KMSAN: uninit-value in last
 */
static const char names[4][2] = { "a", "b", "c", "d" };

static int last(const int *order)
{
	return order[3];
}

int main(void)
{
	int order[4];
	int i;

	for (i = 0; i < 4; i++)
		order[i] = 3 - i;
	return names[last(order)][1];
}
