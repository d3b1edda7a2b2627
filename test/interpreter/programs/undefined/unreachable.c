// kernel BUG: unreachable code reached in kind, line 10
static int kind(int n)
{
	switch (n) {
	case 0:
		return 1;
	case 1:
		return 2;
	}
	__builtin_unreachable(); // right: return 3;
}
int main(void)
{
	return kind(5) == 99;
}
