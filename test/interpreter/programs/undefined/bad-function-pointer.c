// BUG: unable to handle kernel paging request in main, line 8
static int f(void) { return 0; }
int main(void)
{
	int data = 0;
	int (*p)(void) = f;
	p = (int (*)(void))&data; // right: ;
	return p();
}
