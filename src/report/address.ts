// Addresses and values for people: those of the machine are small numbers, a kernel reader expects kernel ones.
// The mapping is one to one, so two reports of one run agree, and no real address is ever shown.

import { AddressSpace } from "../../interpreter/api.js";

const DIRECT_MAP = 0xffff_8881_0000_0000n;
const TEXT = 0xffff_ffff_8100_0000n;
const PERCPU = 0xffff_e8ff_c000_0000n;

export function kernelAddress(address: number | bigint): string {
  const a = BigInt.asUintN(64, BigInt(address));
  if (a >= BigInt(AddressSpace.Function) && a < BigInt(AddressSpace.FunctionEnd)) {
    return hex(TEXT + (a - BigInt(AddressSpace.Function)));
  }
  if (a >= BigInt(AddressSpace.PerCpuCookie) && a < BigInt(AddressSpace.PerCpuCookieEnd)) {
    return hex(PERCPU + (a - BigInt(AddressSpace.PerCpuCookie)));
  }
  // The null page and what is no address of the machine at all stay what the C computed.
  if (a < BigInt(AddressSpace.First) || a > 0xffff_ffffn) return hex(a);
  return hex(DIRECT_MAP + a);
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

/** A value as C source would show it: small numbers in decimal, what can only be an address in hexadecimal. */
export function cValue(value: bigint, size: number): string {
  const signed = BigInt.asIntN(size * 8, value);
  if (size === 8 && signed >= BigInt(AddressSpace.First) && signed <= 0xffff_ffffn) {
    return `0x${kernelAddress(signed)}`;
  }
  return signed.toString();
}
