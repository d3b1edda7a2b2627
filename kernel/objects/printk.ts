// printk() and the sprintf() family. https://docs.kernel.org/core-api/printk-basics.html
// printk() is local: its text goes to a recorder and is no part of the state. Formatting into memory is one step that
// writes the whole text.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { format } from "./format.js";
import { DONE, localOp } from "./op.js";

/** Formats into the buffer of argument 0; `size` counts the final NUL. Returns the length of the whole text. */
function intoBuffer(h: Host, size: number, formatArg: number): { text: string; room: number } {
  const text = format(h, formatArg);
  return { text, room: Math.min(text.length + 1, size) };
}

/** scnprintf() returns what it wrote, the others what they would have written. */
function printOp(name: string, sizeArg: number | null, written: boolean): ObjectOp {
  const formatArg = sizeArg === null ? 1 : sizeArg + 1;
  const limit = (h: Host) =>
    sizeArg === null || h.argHi(sizeArg) !== 0 ? Number.MAX_SAFE_INTEGER : h.arg(sizeArg) >>> 0;
  return {
    name,
    waits: "never",
    commit(h) {
      const { text, room } = intoBuffer(h, limit(h), formatArg);
      const buffer = h.pointer(0);
      if (room > 0 && !h.access(buffer, room, true)) return DONE;
      for (let i = 0; i < room; i++) h.store8(buffer + i, i === room - 1 ? 0 : text.charCodeAt(i));
      h.setResult(written ? Math.max(0, room - 1) : text.length);
      return DONE;
    },
    touches(h, f) {
      const { room } = intoBuffer(h, limit(h), formatArg);
      if (room > 0) f.write(h.pointer(0), room, true);
    },
  };
}

export const printkOps: ObjectOp[] = [
  localOp("printk", (h) => {
    const text = format(h, 0);
    h.setResult(text.length);
    if (h.recording()) h.print(text);
  }),
  localOp("dump_stack", (h) => {
    if (h.recording()) h.print(`Call Trace: ${h.functionName(h.site)}\n`);
  }),
  printOp("sprintf", null, false),
  printOp("snprintf", 1, false),
  printOp("scnprintf", 1, true),
];
