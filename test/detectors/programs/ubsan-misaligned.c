// SPDX-License-Identifier: MIT
/*
 * A header is read where it lies in a stream of bytes, at whatever address that is.
 * finding: UBSAN: misaligned-access in length_of
 */
#include <linux/types.h>

struct header { u32 kind; u32 length; };

static u32 length_of(const u8 *at)
{
	return ((const struct header *)at)->length;
}

int main(void)
{
	static u8 stream[16] __aligned(4);

	return length_of(stream + 2);
}
