// KASAN: wild-memory-access Write in main, line 5
int main(void)
{
	int here = 0, *p = (int *)0xdead00000000;
	*p = 1; // right: p = &here;
	return here;
}
