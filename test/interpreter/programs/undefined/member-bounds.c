// UBSAN: array-index-out-of-bounds in main, line 6
struct names { int length[4]; int count; };
int main(int argc, char **argv)
{
	struct names all = { { 1, 2, 3, 4 }, 5 };
	return all.length[argc + 3] == 0; // right: return all.length[argc + 2] == 0;
}
