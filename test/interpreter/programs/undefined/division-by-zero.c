// divide error in divide, line 4
static int divide(int a, int b)
{
	return a / b; // right: return b ? a / b : 0;
}
int main(void)
{
	return divide(5, 0);
}
