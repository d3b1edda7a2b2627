// UBSAN: vla-bound-not-positive in fill, line 4
static int fill(int count)
{
	char bytes[count]; // right: char bytes[count + 1];
	return sizeof(bytes) > 8;
}
int main(void)
{
	return fill(0);
}
