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

/** Names of the errors that kernel functions give back most (errno-base.h and a few of errno.h). */
const ERRORS: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  3: "ESRCH",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  7: "E2BIG",
  9: "EBADF",
  10: "ECHILD",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  14: "EFAULT",
  16: "EBUSY",
  17: "EEXIST",
  18: "EXDEV",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  25: "ENOTTY",
  27: "EFBIG",
  28: "ENOSPC",
  29: "ESPIPE",
  30: "EROFS",
  32: "EPIPE",
  33: "EDOM",
  34: "ERANGE",
  35: "EDEADLK",
  61: "ENODATA",
  62: "ETIME",
  71: "EPROTO",
  75: "EOVERFLOW",
  95: "EOPNOTSUPP",
  110: "ETIMEDOUT",
  116: "ESTALE",
  512: "ERESTARTSYS",
  517: "EPROBE_DEFER",
};

/** The greatest errno that a pointer may carry (MAX_ERRNO of linux/err.h), and the list poison of linux/poison.h. */
const MAX_ERRNO = 4095n;
const LIST_POISON = 0xdead_0000_0000_0100n;

/** What a pointer that leads nowhere near memory probably is, in a sentence; empty where nothing is known of it. */
export function farPointer(address: bigint): string {
  const below = (1n << 64n) - address;
  if (below <= MAX_ERRNO) {
    const number = Number(below);
    const error = ERRORS[number] ?? number;
    return `This lies where error pointers do (ERR_PTR(-${error}), if nothing was added to it): was IS_ERR() asked?`;
  }
  const poison = address - LIST_POISON;
  if (poison >= -0x100n && poison < 0x1000n)
    return "This is near the poison that list_del() leaves behind: the entry is on no list any more.";
  return "";
}

function hex(value: bigint): string {
  return value.toString(16).padStart(16, "0");
}

/** The value of an access as C source would show it: numbers in decimal, pointers into memory in hexadecimal. */
export function cValue(value: bigint, { size, isPointer }: { size: number; isPointer: boolean }): string {
  const signed = BigInt.asIntN((size || 8) * 8, value);
  if (isPointer && signed >= BigInt(AddressSpace.First) && signed <= 0xffff_ffffn) {
    return `0x${kernelAddress(signed)}`;
  }
  // What list_del() leaves behind is an address, too, if one that leads nowhere.
  const bits = BigInt.asUintN(64, value);
  if (isPointer && bits >> 48n === LIST_POISON >> 48n) return `0x${hex(bits)}`;
  return signed.toString();
}
