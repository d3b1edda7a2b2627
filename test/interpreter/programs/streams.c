/* puts, putchar, fputs, fputc, fwrite, fprintf to stdout. */
#include <stdio.h>
int main(void)
{
	puts("puts");
	putchar('p');
	fputs("fputs\n", stdout);
	fputc('f', stdout);
	fwrite("write\n", 1, 6, stdout);
	fprintf(stdout, "%d\n", 5);
	fflush(stdout);
	return 0;
}
