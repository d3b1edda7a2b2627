/* Arithmetic and conversions of float and double, signed zeros, infinities, NaN. */
#include <math.h>
#include <stdio.h>
int main(void)
{
	float f = 0.1f;
	double d = 0.1, zero = 0, nan = zero / zero;
	printf("%d %.9g %.17g %.17g\n", f == d, f * 3, d * 3, (double)f + d);
	printf("%g %g %g %d %d %d\n", 1 / zero, -1 / zero, -zero, nan == nan, nan != nan, nan < 1);
	printf("%d %d %u %ld %lu\n", (int)-2.9, (char)300.7, (unsigned)3e9, (long)1e15, (unsigned long)1.8e19);
	printf("%.1f %.1f %.1f %.0f %.0f\n", (float)16777217, (double)9007199254740993, (double)0xfffffffffffffbfful, 0.5, 1.5);
	printf("%a %a %g\n", 1.0, -0.1f, 5e-324);
	printf("%d %d %d %d\n", isnan(nan) != 0, isinf(1 / zero), signbit(-zero) != 0, fpclassify(1e-310) == FP_SUBNORMAL);
	return 0;
}
