// UBSAN: misaligned-access in value_at, line 4
static int value_at(const char *bytes)
{
	return *(const int *)bytes;
}
int main(void)
{
	static int words[3];
	return value_at((const char *)words + 2); // right: return value_at((const char *)words + 4);
}
