// BUG: unable to handle kernel write to read-only memory in main, line 6
int main(void)
{
	char own[] = "text", *p = own;
	p = "text"; // right: ;
	p[0] = 'T';
	return p[0] == 'x';
}
