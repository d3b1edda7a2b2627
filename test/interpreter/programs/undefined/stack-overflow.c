// BUG: stack guard page was hit in deeper, line 6
static int deeper(int n)
{
	volatile char pad[4096];
	pad[0] = n;
	return deeper(n + 1) + pad[0]; // right: return n > 20 ? pad[0] : deeper(n + 1);
}
int main(void)
{
	return deeper(0) == 99;
}
