// The format strings of printk(). https://docs.kernel.org/core-api/printk-formats.html
// Behind the format the operation has one more argument: where the call put its variable ones, 8 bytes each.
// Known: %d %i %u %x %X %o %c %s %p and its kernel extensions %px %ps %pS %pK, lengths hh h l ll z t j,
// flags - + space # 0, width, precision, * for either, %%.
// Simpler: %p prints the address itself instead of a hash; other %p extensions print it too; no floating point.
// A KERN_ level in front of the text is dropped: nothing here filters by it.

import type { Host } from "../../interpreter/api.js";

const SPEC = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(hh|h|ll|l|z|t|j|L)?([a-zA-Z%])/g;
/** A KERN_ level (linux/kern_levels.h) is this character and one more. */
const SOH = 1;

/** What a format read besides its own text, for footprints. */
export type Reading = (address: number, size: number) => void;

/**
 * Formats argument `at`. Its values are where argument `at + 1` points to; for a va_list (`list`) that is where the
 * first 8 bytes of the list point to. `reading` hears of every string of a %s.
 */
export function format(h: Host, at: number, list = false, reading?: Reading): string {
  const source = h.cstring(h.pointer(at));
  const template = source.charCodeAt(0) === SOH ? source.slice(2) : source;
  let next = h.pointer(at + 1);
  if (list) next = h.accessible(next, 8, false) && h.load32(next + 4) === 0 ? h.load32(next) >>> 0 : 0;
  const value = () => {
    const from = next;
    next += 8;
    // More conversions than arguments: those without a value are 0 (the compiler warns of them).
    if (!h.accessible(from, 8, false)) return 0n;
    return (BigInt(h.load32(from + 4) >>> 0) << 32n) | BigInt(h.load32(from) >>> 0);
  };
  const number = () => Number(BigInt.asIntN(32, value()));
  let text = "";
  let from = 0;
  SPEC.lastIndex = 0;
  for (let m = SPEC.exec(template); m !== null; m = SPEC.exec(template)) {
    text += template.slice(from, m.index);
    from = SPEC.lastIndex;
    const [whole, flagText, widthText, precisionText, length, conversion] = m;
    if (conversion === "%") {
      text += "%";
      continue;
    }
    let flags = flagText;
    let width = widthText === "*" ? number() : Number(widthText ?? 0);
    if (width < 0) {
      flags += "-";
      width = -width;
    }
    const dot = /\./.test(whole);
    let precision = precisionText === "*" ? number() : dot ? Number(precisionText ?? 0) : -1;
    let body: string;
    if (conversion === "s") {
      const address = value();
      body = address >> 32n === 0n ? h.cstring(Number(address)) : "(bad address)";
      reading?.(Number(address & 0xffffffffn), body.length + 1);
      if (precision >= 0) body = body.slice(0, precision);
      precision = -1;
    } else if (conversion === "c") {
      body = String.fromCharCode(Number(value() & 0xffn));
    } else if (conversion === "p") {
      const extension = /^[a-zA-Z0-9]*/.exec(template.slice(from))![0];
      body = pointer(h, value(), extension.charAt(0));
      // An extension is one letter and, for some, letters behind it.
      from += /^[sSBxKdDbUiImMrRahVEefgtGN]/.test(extension) ? 1 : 0;
      SPEC.lastIndex = from;
    } else if ("diuxXo".includes(conversion)) {
      body = integer(value(), length ?? "", conversion, flags, precision);
    } else {
      value();
      body = whole;
    }
    text += pad(body, width, flags, precision < 0 && "diuxXo".includes(conversion));
  }
  return text + template.slice(from);
}

function integer(
  value: bigint,
  length: string,
  conversion: string,
  flags: string,
  precision: number,
): string {
  const bits = length === "hh" ? 8 : length === "h" ? 16 : length === "" ? 32 : 64;
  const signed = conversion === "d" || conversion === "i";
  const number = signed ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
  const base = conversion === "x" || conversion === "X" ? 16 : conversion === "o" ? 8 : 10;
  let digits = (number < 0n ? -number : number).toString(base);
  if (precision >= 0) digits = digits.padStart(precision, "0");
  if (flags.includes("#") && number !== 0n && base === 16) digits = `0x${digits}`;
  if (flags.includes("#") && base === 8 && !digits.startsWith("0")) digits = `0${digits}`;
  if (conversion === "X") digits = digits.toUpperCase();
  const sign = number < 0n ? "-" : !signed ? "" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  return sign + digits;
}

function pointer(h: Host, value: bigint, extension: string): string {
  if (extension === "s" || extension === "S" || extension === "B") {
    const name = value >> 32n === 0n ? h.nameOf(Number(value)) : "";
    if (name !== "") return extension === "S" ? `${name}+0x0` : name;
  }
  return value.toString(16).padStart(16, "0");
}

function pad(body: string, width: number, flags: string, zeros: boolean): string {
  if (flags.includes("-")) return body.padEnd(width);
  if (!flags.includes("0") || !zeros || body.length >= width) return body.padStart(width);
  const sign = /^([-+ ]|0[xX])?/.exec(body)![0];
  return sign + body.slice(sign.length).padStart(width - sign.length, "0");
}
