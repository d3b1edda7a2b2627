// UBSAN: invalid-builtin-use in first_bit, line 4
static int first_bit(unsigned long word)
{
	return __builtin_ctzl(word); // right: return word == 0 ? -1 : __builtin_ctzl(word);
}
int main(void)
{
	return first_bit(8) == first_bit(0);
}
