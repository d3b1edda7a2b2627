import { expect, test } from "vitest";
import { stateLines } from "../../../src/report/state.js";
import { frame, step, trace } from "../fixtures/exploration.js";

test("a place has one value, whatever it is called by whom", () => {
  const here = (line: number) => [frame("f", "a.c", line)];
  const inHeader = [frame("__list_del", "kernel/include/linux/list.h", 9), ...here(2)];
  const next = { address: 64, size: 8 };
  const t = trace([
    step(1, 0, here(1), { ...next, what: "items.next", read: 0n }),
    step(1, 0, inHeader, { ...next, op: "store", what: "prev->next", written: 7n }),
    step(2, 1, inHeader, { address: 128, size: 8, op: "store", what: "prev->next", written: 9n }),
    step(1, 0, here(3), { address: 192, size: 8, what: "p->next", read: 1n }),
    step(2, 1, here(4), { ...next, what: "head->next", op: "store", written: 8n }),
    step(1, 0, here(5), {
      address: 256,
      size: 8,
      what: "e.prev",
      op: "store",
      written: 0xdead000000000122n,
      isPointer: true,
    }),
  ]);
  const valuesAt = (at: number) => stateLines(t, at, () => "", 100).at(-1);
  expect(valuesAt(1)).toBe("values    items.next = 0;");
  expect(valuesAt(2)).toBe("values    items.next = 7;");
  expect(valuesAt(4)).toBe("values    items.next = 7; p->next = 1;");
  expect(valuesAt(6)).toBe("values    p->next = 1; items.next = 8; e.prev = 0xdead000000000122;");
});
