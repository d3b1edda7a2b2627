// KASAN: global-out-of-bounds Read in main, line 6
int table[3] = { 1, 2, 3 };
int main(void)
{
	volatile int i = 3;
	return table[i] == 99; // right: return table[i - 1] == 99;
}
