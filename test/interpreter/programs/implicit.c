/* Functions that nobody declared return int. */
int main(void)
{
	int n = twice(21);
	printf("%d %d\n", n, abs(-3));
	return 0;
}
int twice(int n) { return n * 2; }
