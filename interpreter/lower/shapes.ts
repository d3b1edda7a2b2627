// From a C type to what is needed to print a value of it.

import type { Shape } from "../ir/program.js";
import { sizeOf } from "../sema/layout.js";
import { typeName } from "../sema/type-names.js";
import type { CType } from "../sema/types.js";
import { isBool } from "./values.js";

/** `known` holds the shapes of records and enumerations that were made before: many variables share them. */
export function shapeOf(type: CType, known: Map<object, Shape>): Shape {
  switch (type.kind) {
    case "int":
      if (isBool(type)) return { kind: "bool" };
      if (type.size === 16) return { kind: "opaque", size: 16 };
      return { kind: "int", size: type.size, signed: type.signed, name: typeName(type) };
    case "float":
      // The value of a long double lies in its first 8 bytes.
      return { kind: "float", size: type.size === 4 ? 4 : 8 };
    case "decimal":
      return { kind: "opaque", size: type.size };
    case "pointer":
      return { kind: "pointer", name: typeName(type) };
    case "enum":
      return once(type.decl, known, () => ({
        kind: "enum",
        size: type.decl.underlying.size as 1 | 2 | 4 | 8,
        names: type.decl.enumerators.map(({ name, value }) => ({ name, value: Number(value) })),
      }));
    case "array": {
      const stride = sizeOf(type.element);
      return { kind: "array", element: shapeOf(type.element, known), count: type.length ?? 0, stride };
    }
    case "record":
      return once(type.decl, known, () => ({
        kind: "struct",
        name: typeName(type),
        fields: type.decl.fields
          .filter((field) => field.name !== null || field.type.kind === "record")
          .map((field) => ({
            name: field.name ?? "",
            offset: field.bits === null ? field.offset : field.bits.bitOffset >> 3,
            shape:
              field.unreadable || field.bits?.reversed === true
                ? bytesOf(field.type)
                : shapeOf(field.type, known),
            ...(field.bits === null || field.bits.reversed
              ? {}
              : { bits: bitsOf(field.bits.bitOffset, field.bits.width) }),
          })),
      }));
    default:
      return { kind: "opaque", size: Math.max(0, sizeOf(type)) };
  }
}

/** What is stored in another order than ours is not shown as a value. */
function bytesOf(type: CType): Shape {
  return { kind: "opaque", size: Math.max(0, sizeOf(type)) };
}

/** First bit from the field's byte, and number of bits. */
function bitsOf(bitOffset: number, width: number): [number, number] {
  return [bitOffset & 7, width];
}

function once(decl: object, known: Map<object, Shape>, make: () => Shape): Shape {
  let shape = known.get(decl);
  if (shape === undefined) {
    shape = make();
    known.set(decl, shape);
  }
  return shape;
}
