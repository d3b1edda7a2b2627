/* printf() of floating point: every digit is that of the exact value, ties to even. */
#include <float.h>
#include <stdio.h>
int main(void)
{
	double v[] = { 0, 1, -1.5, 0.1, 1e21, 123456789, 1e-7, 2.5, 3.5, 999998.5, 5e-324, DBL_MAX, 1.0 / 3 };
	for (unsigned i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		printf("%f %e %g %.0f %.3e %.10g %#g %+.2g %a\n", v[i], v[i], v[i], v[i], v[i], v[i], v[i], v[i], v[i]);
	printf("[%10.2f|%-10.2f|%010.2f|%+.1f|% .1f|%#.0f|%.0e|%#.0e]\n", 3.14159, 3.14159, -3.14159, 2.0, 2.0, 3.0, 25.0, 25.0);
	printf("%.30f %.25e %.40g\n", 0.1, 0.1, 0.1);
	printf("%F %E %G %A %10f|%-6f|%06f\n", 1.0 / 0.0, 1e10, 1e-10, 0.5, 1.0 / 0.0, -1.0 / 0.0, 0.0 / 1);
	printf("%.2a %.0a %.13a %Lf %.3Lg\n", 1.999, 1.5, 0.1, 2.5L, 1234.5L);
	return 0;
}
