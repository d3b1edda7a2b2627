/* <math.h>: results that are exact or rounded in the only possible way. */
#include <math.h>
#include <stdio.h>
int main(void)
{
	int e;
	double whole, m = frexp(48, &e);
	printf("%g %d %g %g ", m, e, ldexp(0.75, 4), modf(-3.25, &whole));
	printf("%g %g %g %g\n", whole, floor(-1.5), ceil(-1.5), trunc(-1.5));
	printf("%g %g %g %g %g\n", round(2.5), rint(2.5), rint(3.5), round(-0.5), sqrt(144));
	printf("%g %g %g %g %g\n", fmod(10, 3), fmod(-10, 3), pow(2, 10), hypot(3, 4), fmax(1, 2));
	printf("%.6f %.6f %.6f %.6f %ld\n", sin(1), exp(1), log(10), atan2(1, -1), lround(7.5));
	return 0;
}
