// BUG: unable to handle kernel NULL pointer dereference in main, line 7
static int f(void) { return 0; }
int main(void)
{
	int (*volatile p)(void) = f;
	p = 0; // right: ;
	return p();
}
