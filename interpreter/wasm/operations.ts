// IR operations that are single WebAssembly instructions, by name. Operations that need more are in emit.ts.

/** Opcode bytes; 0xfc prefixes do not occur here. */
export const SIMPLE: Readonly<Record<string, number>> = makeTable();

function makeTable(): Record<string, number> {
  const table: Record<string, number> = {};
  const put = (first: number, names: string) => {
    let code = first;
    for (const name of names.split(" ")) table[name] = code++;
  };
  for (const [type, first] of [
    ["i32", 0x45],
    ["i64", 0x50],
  ] as const) {
    const names = "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u";
    put(
      first,
      names.replaceAll(/\S+/g, (name) => `${type}.${name}`),
    );
  }
  put(0x5b, "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge");
  put(0x61, "f64.eq f64.ne f64.lt f64.gt f64.le f64.ge");
  put(0x67, "i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul");
  put(0x71, "i32.and i32.or i32.xor");
  put(0x79, "i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul");
  put(0x83, "i64.and i64.or i64.xor");
  for (const [type, first] of [
    ["f32", 0x8b],
    ["f64", 0x99],
  ] as const) {
    const names = "abs neg ceil floor trunc nearest sqrt add sub mul div";
    put(
      first,
      names.replaceAll(/\S+/g, (name) => `${type}.${name}`),
    );
  }
  table["f32.copysign"] = 0x98;
  table["f64.copysign"] = 0xa6;
  table["i32.wrap"] = 0xa7;
  put(0xac, "i64.extend_s i64.extend_u");
  put(0xb2, "f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote");
  put(0xb7, "f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote");
  put(0xbc, "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64");
  put(0xc0, "i32.ext8_s i32.ext16_s i64.ext8_s i64.ext16_s i64.ext32_s");
  return table;
}

/** Opcodes of divisions and shifts, behind their checks. */
export const CHECKED: Readonly<Record<string, number>> = {
  "i32.div_s": 0x6d,
  "i32.div_u": 0x6e,
  "i32.rem_s": 0x6f,
  "i32.rem_u": 0x70,
  "i32.shl": 0x74,
  "i32.shr_s": 0x75,
  "i32.shr_u": 0x76,
  "i64.div_s": 0x7f,
  "i64.div_u": 0x80,
  "i64.rem_s": 0x81,
  "i64.rem_u": 0x82,
  "i64.shl": 0x86,
  "i64.shr_s": 0x87,
  "i64.shr_u": 0x88,
};

/** Loads and stores: opcode and bytes. */
export const ACCESS: Readonly<Record<string, { opcode: number; size: number; store: boolean }>> = {
  "load.i8_s": { opcode: 0x2c, size: 1, store: false },
  "load.i8_u": { opcode: 0x2d, size: 1, store: false },
  "load.i16_s": { opcode: 0x2e, size: 2, store: false },
  "load.i16_u": { opcode: 0x2f, size: 2, store: false },
  "load.i32": { opcode: 0x28, size: 4, store: false },
  "load.i64": { opcode: 0x29, size: 8, store: false },
  "load.f32": { opcode: 0x2a, size: 4, store: false },
  "load.f64": { opcode: 0x2b, size: 8, store: false },
  "store.i8": { opcode: 0x3a, size: 1, store: true },
  "store.i16": { opcode: 0x3b, size: 2, store: true },
  "store.i32": { opcode: 0x36, size: 4, store: true },
  "store.i64": { opcode: 0x37, size: 8, store: true },
  "store.f32": { opcode: 0x38, size: 4, store: true },
  "store.f64": { opcode: 0x39, size: 8, store: true },
};
