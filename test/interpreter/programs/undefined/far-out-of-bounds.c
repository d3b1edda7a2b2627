// UBSAN: array-index-out-of-bounds in main, line 6
static int small[4];
static int large[1000];
int main(int argc, char **argv)
{
	return small[argc * 100] + large[0]; // right: return small[argc * 3] + large[0];
}
