// The C name of a byte inside a global: "mc.lock", "pages[2]._mapcount".

import type { Shape } from "../ir/program.js";

export function pathAt(name: string, shape: Shape, offset: number): string {
  let path = name;
  let at = offset;
  let here = shape;
  for (;;) {
    if (here.kind === "array" && here.stride > 0) {
      path += `[${Math.floor(at / here.stride)}]`;
      at %= here.stride;
      here = here.element;
    } else if (here.kind === "struct") {
      let inner: (typeof here.fields)[number] | undefined;
      for (const field of here.fields) {
        if (field.offset <= at && (inner === undefined || field.offset >= inner.offset)) inner = field;
      }
      if (inner === undefined) return path;
      if (inner.name !== "") path += `.${inner.name}`;
      at -= inner.offset;
      here = inner.shape;
    } else {
      return path;
    }
  }
}
