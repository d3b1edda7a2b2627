// UBSAN: shift-out-of-bounds in shift, line 4
static long shift(long value, int by)
{
	return value >> by; // right: return by < 0 ? value : value >> by;
}
int main(void)
{
	return shift(256, -1) == 0;
}
