/* Wrong in three ways, one for each stage of the compiler. */
#define CHECK(x) ((x) > limit)
int a = 1 @ 2;
void f(int b)
{
	if (CHECK(b)
		a = b;
}
int g(void)
{
	return undeclared;
}
