// SPDX-License-Identifier: MIT
/*
 * A default is forgotten in a switch, and what nobody set is passed on.
 * finding: KMSAN: uninit-value in order_of
 */
static int double_of(int n)
{
	return 2 * n;
}

static int order_of(int kind)
{
	int order;

	switch (kind) {
	case 1:
		order = 3;
		break;
	case 2:
		order = 0;
	}
	return double_of(order);
}

int main(void)
{
	return order_of(3) != 0;
}
