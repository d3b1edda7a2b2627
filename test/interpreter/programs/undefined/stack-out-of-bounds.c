// KASAN: stack-out-of-bounds Write in fill, line 5
static void fill(char *p, int n)
{
	for (int i = 0; i < n; i++)
		p[i] = i;
}
int main(void)
{
	char local[5];
	fill(local, 6); // right: fill(local, 5);
	return local[4] - 4;
}
