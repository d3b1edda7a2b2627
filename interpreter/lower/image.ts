// Where globals lie, and their first contents.
//
// In: the globals in the order of their numbers. Out: their addresses, and the image. Every object begins on an
// 8-byte granule of its own and is followed by a redzone of at least 8 bytes, because the shadow of memory tells
// objects apart by granules. Addresses inside initialisers are resolved here: all objects are placed first.

import { AddressSpace, type Image } from "../ir/program.js";
import type { CheckedUnit, Label, Relocation } from "../sema/tree.js";
import type { GlobalEntry, Linker } from "./link.js";

const REDZONE = 8;
/** Sections end on this boundary, so that a page of the state belongs to one of them. */
const SECTION_ALIGN = 128;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** Assigns addresses to all globals. Returns where sections end. */
export function placeGlobals(
  globals: readonly GlobalEntry[],
): Pick<Image, "rodataEnd" | "dataEnd" | "percpuSize"> {
  const rodataEnd = placeSection(globals, "rodata", AddressSpace.First);
  const dataEnd = placeSection(globals, "data", rodataEnd);
  return { rodataEnd, dataEnd, percpuSize: placeSection(globals, "percpu", 0) };
}

function placeSection(globals: readonly GlobalEntry[], section: string, start: number): number {
  let end = start;
  for (const { variable } of globals) {
    if (variable.section !== section) continue;
    variable.align = Math.max(8, variable.align);
    variable.address = up(end, variable.align);
    end = up(variable.address + variable.size, 8) + REDZONE;
  }
  return up(end, SECTION_ALIGN);
}

/** `labels` gives the values of labels whose address initialises data. */
export function buildImage(
  linker: Linker,
  sections: Pick<Image, "rodataEnd" | "dataEnd" | "percpuSize">,
  labels: ReadonlyMap<Label, number>,
): Image {
  const base = AddressSpace.First;
  const bytes = new Uint8Array(sections.dataEnd - base);
  const percpu = new Uint8Array(sections.percpuSize);
  for (const entry of linker.globals) {
    const { variable, object } = entry;
    const target = variable.section === "percpu" ? percpu : bytes;
    const at = variable.section === "percpu" ? variable.address : variable.address - base;
    if (entry.bytes !== null) target.set(entry.bytes, at);
    const init = object?.init ?? null;
    if (init === null) continue;
    target.set(init.bytes.subarray(0, variable.size), at);
    const view = new DataView(target.buffer);
    for (const relocation of init.relocations) {
      const value = resolve(linker, entry.unit, relocation, object!.at, labels) + relocation.addend;
      view.setBigUint64(at + relocation.offset, BigInt.asUintN(64, value), true);
    }
    for (const { offset, size, plus, minus, addend } of init.labelDifferences) {
      const value = BigInt(labels.get(plus)! - labels.get(minus)!) + addend;
      if (size === 4) view.setInt32(at + offset, Number(BigInt.asIntN(32, value)), true);
      else view.setBigInt64(at + offset, BigInt.asIntN(64, value), true);
    }
  }
  return { base, ...sections, bytes: trimZeros(bytes), percpu: trimZeros(percpu) };
}

function resolve(
  linker: Linker,
  unit: CheckedUnit,
  { base }: Relocation,
  at: number,
  labels: ReadonlyMap<Label, number>,
): bigint {
  switch (base.kind) {
    case "object":
      return addressOf(linker, linker.global(unit, base.object, at));
    case "string":
      return addressOf(linker, linker.string(unit, base.literal));
    case "function": {
      const index = linker.functionAddress(unit, base.fn, at);
      return index < 0 ? 0n : BigInt(AddressSpace.Function + 16 * index);
    }
    case "label":
      return BigInt(labels.get(base.label)!);
  }
}

function addressOf(linker: Linker, index: number): bigint {
  const variable = linker.globals[index]?.variable;
  if (variable === undefined) return 0n;
  return BigInt(
    variable.section === "percpu" ? AddressSpace.PerCpuCookie + variable.address : variable.address,
  );
}

/**
 * Names everything that the initialisers of globals from number `from` on mention, so that strings, wrappers and
 * variables they need get numbers. Returns where it stopped: functions asked for here may bring in more globals.
 */
export function numberInitialisers(linker: Linker, from: number): number {
  let i = from;
  // Grows while it runs: an initialiser can bring in variables with initialisers.
  for (; i < linker.globals.length; i++) {
    const { unit, object } = linker.globals[i]!;
    for (const { base } of object?.init?.relocations ?? []) {
      if (base.kind === "object") linker.global(unit, base.object, object!.at);
      else if (base.kind === "string") linker.string(unit, base.literal);
      else if (base.kind === "function") linker.functionAddress(unit, base.fn, object!.at);
    }
  }
  return i;
}

function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.slice(0, end);
}
