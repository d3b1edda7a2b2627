// printk() and the sprintf() family. https://docs.kernel.org/core-api/printk-basics.html
// printk() is local: its text goes to a recorder and is no part of the state. Formatting into memory is one step that
// writes the whole text and reads the strings in it.
// printf(), puts() and putchar() of a snippet that includes <stdio.h> say their text in the same place.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { format } from "./format.js";
import { DONE, localOp } from "./op.js";

interface Printing {
  /** Argument with the buffer's size, which counts the final NUL; null: the buffer is large enough. */
  readonly size: number | null;
  readonly format: number;
  /** The values come as a va_list. */
  readonly list: boolean;
  /** Returns what was written rather than what would have been. */
  readonly written: boolean;
}

/** Formats into the buffer of argument 0. */
function printOp(name: string, how: Printing): ObjectOp {
  const limit = (h: Host) => {
    if (how.size === null || h.argHi(how.size) !== 0) return Number.MAX_SAFE_INTEGER;
    return h.arg(how.size) >>> 0;
  };
  return {
    name,
    waits: "never",
    commit(h) {
      const text = format(h, how.format, how.list);
      const room = Math.min(text.length + 1, limit(h));
      const buffer = h.pointer(0);
      if (room > 0 && !h.access(buffer, room, true)) return DONE;
      for (let i = 0; i < room; i++) h.store8(buffer + i, i === room - 1 ? 0 : text.charCodeAt(i));
      h.setResult(how.written ? Math.max(0, room - 1) : text.length);
      return DONE;
    },
    touches(h, f) {
      const text = format(h, how.format, how.list, (address, size) => f.read(address, size, true));
      const room = Math.min(text.length + 1, limit(h));
      if (room > 0) f.write(h.pointer(0), room, true);
    },
  };
}

function say(name: string, list: boolean): ObjectOp {
  return localOp(name, (h) => {
    const text = format(h, 0, list);
    h.setResult(text.length);
    if (h.recording()) h.print(text);
  });
}

const sized = (list: boolean, written: boolean): Printing => ({ size: 1, format: 2, list, written });

export const printkOps: ObjectOp[] = [
  say("printk", false),
  say("vprintk", true),
  say("printf", false),
  say("vprintf", true),
  localOp("putchar", (h) => {
    h.setResult(h.arg(0) & 0xff);
    if (h.recording()) h.print(String.fromCharCode(h.arg(0) & 0xff));
  }),
  localOp("puts", (h) => {
    h.setResult(1);
    if (h.recording()) h.print(`${h.cstring(h.pointer(0))}\n`);
  }),
  localOp("dump_stack", (h) => {
    if (h.recording()) h.print(`Call Trace: ${h.functionName(h.site)}\n`);
  }),
  printOp("sprintf", { size: null, format: 1, list: false, written: false }),
  printOp("vsprintf", { size: null, format: 1, list: true, written: false }),
  printOp("snprintf", sized(false, false)),
  printOp("vsnprintf", sized(true, false)),
  printOp("scnprintf", sized(false, true)),
  printOp("vscnprintf", sized(true, true)),
];
