// divide error in main, line 5
int main(void)
{
	volatile unsigned long zero = 0;
	return 7 % zero; // right: return 7 % (zero + 1);
}
