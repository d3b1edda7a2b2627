/* printf(): flags, widths, precisions, lengths of integers. */
#include <inttypes.h>
#include <stdio.h>
int main(void)
{
	printf("[%5d|%-5d|%05d|%+d|% d|%.3d|%5.3d|%-6.2d|%.0d]\n", 42, 42, 42, 42, 42, 7, 7, 7, 0);
	printf("[%x|%#x|%X|%#X|%o|%#o|%#o|%08x|%#08x]\n", 255, 255, 255, 255, 8, 8, 0, 48879, 48879);
	printf("[%hhd|%hd|%ld|%lld|%zu|%jd|%td|%hhu]\n", 300, 70000, -1l, 1ll << 60, sizeof(int), (intmax_t)-5, (long)9, 511);
	printf("[%*d|%-*d|%.*d|%*.*d]\n", 6, 1, 6, 2, 4, 3, -7, 3, 9);
	printf("[%u|%lu|%" PRIu64 "|%" PRIx32 "]\n", -1, -1l, UINT64_MAX, UINT32_MAX);
	printf("%d%%|%c|%5c|%-5c|\n", 50, 'x', 'y', 'z');
	return 0;
}
