// SPDX-License-Identifier: MIT
/*
 * smplab: cpus=99
 */
int main(void)
{
	return 0;
}
