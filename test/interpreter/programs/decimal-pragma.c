/* Where floating constants without suffix are decimal: from the pragma to the end of its block, or of the file. */
#include <stdio.h>

#define KIND(x) _Generic(x, float: 'f', double: 'd', long double: 'l', _Decimal32: '3', _Decimal64: '6', default: '?')
#define SHOW() printf("%c%c%c%c%c%c%c\n", KIND(1.5), KIND(1e3), KIND(.5f), KIND(2.L), KIND(0x1p3), KIND(1.d), KIND(1.df))

static void before(void)
{
	SHOW();
	{
#pragma STDC FLOAT_CONST_DECIMAL64 ON
		SHOW();
		{
#pragma STDC FLOAT_CONST_DECIMAL64 OFF
			SHOW();
		}
		SHOW();
	}
	SHOW();
}

#pragma STDC FLOAT_CONST_DECIMAL64 ON

static void on(void)
{
	SHOW();
	{
#pragma STDC FLOAT_CONST_DECIMAL64 DEFAULT
		SHOW();
	}
	SHOW();
}

#pragma STDC FLOAT_CONST_DECIMAL64 OFF

static void off(void)
{
	SHOW();
}

int main(void)
{
	before();
	on();
	off();
	return 0;
}
