// KASAN: stack-use-after-return Read in main, line 14
static int *keep;
static void remember(void)
{
	static int lasting = 3;
	int local = 3;
	keep = &local; // right: keep = &lasting;
	keep[0]++;
	(void)&local, (void)&lasting;
}
int main(void)
{
	remember();
	return *keep == 99;
}
