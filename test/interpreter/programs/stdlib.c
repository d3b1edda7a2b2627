/* <stdlib.h>: numbers from text, sorting, searching, division. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
static int compare(const void *a, const void *b) { return *(int *)a - *(int *)b; }
int main(void)
{
	int v[] = { 5, 3, 9, -1, 7, 3, 0, 12, 4 }, key = 7;
	char *end;
	qsort(v, 9, sizeof(v[0]), compare);
	for (int i = 0; i < 9; i++)
		printf("%d ", v[i]);
	printf("%td\n", (int *)bsearch(&key, v, 9, sizeof(v[0]), compare) - v);
	printf("%d %ld %ld %lx %ld ", atoi(" -42x"), strtol("0x1fg", NULL, 0), strtol("077", NULL, 0), strtoul("-1", NULL, 10), strtol("zz", NULL, 36));
	double number = strtod("3.25e2abc", &end);
	printf("%s %g %g %g\n", end, number, atof("-.5"), strtod("inf", NULL));
	errno = 0;
	long most = strtol("99999999999999999999", NULL, 10);
	printf("%ld %d ", most, errno == ERANGE);
	div_t d = div(-7, 2);
	printf("%d %d %d %ld\n", d.quot, d.rem, abs(-4), labs(-5l));
	return 0;
}
