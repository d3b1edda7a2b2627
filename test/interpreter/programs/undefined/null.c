// BUG: unable to handle kernel NULL pointer dereference in read, line 5
struct item { int pad[4]; int value; };
static int read(struct item *item)
{
	return item->value; // right: return item ? item->value : 0;
}
int main(void)
{
	return read(0);
}
