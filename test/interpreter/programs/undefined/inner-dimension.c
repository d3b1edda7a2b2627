// UBSAN: array-index-out-of-bounds in main, line 8
static int table[3][5];
int main(void)
{
	int sum = 0;
	for (int i = 0; i < 2; i++) {
		for (int j = 0; j < 5; j++)
			sum += table[i][j + i]; // right: sum += table[i][j];
	}
	return sum;
}
