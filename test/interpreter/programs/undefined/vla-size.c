// UBSAN: vla-bound-not-positive in main, line 6
int main(void)
{
	volatile int n = 3;
	n = -1; // right: ;
	char a[n];
	a[0] = 0;
	return a[0];
}
