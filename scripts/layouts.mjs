// The layout of every struct and union of a unit, as gcc has it and as we have it.
//
// Behind the unit go tables: for each type with a tag its size, its alignment and the offsets of its members, at any
// depth, and for each bit-field an object in which that field alone is all ones; and all enumerators. gcc compiles the
// text to an object file, we check it, and the bytes of the tables are compared.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { check, parse, preprocess } from "../dist/interpreter/api.js";

const SECTION = "smplab_layout";
const PREFIX = "__smplab_layout_";
/** Members of members of members are looked at, no deeper. */
const DEPTH = 4;

/** The text of the tables, and how many types and enumerators they describe. */
function tables(unit) {
  const lines = [];
  const objects = [];
  const enumerators = [];
  let records = 0;
  const add = (type, name, value) => {
    lines.push(`static ${type} ${name} __attribute__((used, section("${SECTION}"))) = ${value};`);
    objects.push(name);
  };

  function record(spec, seen) {
    if (spec.tag === null || spec.members === null || seen.has(spec.tag.name)) return;
    seen.add(spec.tag.name);
    const type = `${spec.isUnion ? "union" : "struct"} ${spec.tag.name}`;
    const values = [`sizeof(${type})`, `_Alignof(${type})`];
    const bits = [];
    members(spec, "", DEPTH, values, bits, type);
    add("unsigned long", `${PREFIX}${records}[]`, `{ ${values.join(", ")} }`);
    bits.forEach((path, i) => {
      // Written field by field, not as .a.b: then it must be found through anonymous members too.
      add(type, `${PREFIX}${records}_${i}`, `{ .${path} = -1 }`);
    });
    records++;
  }

  function members(spec, path, depth, values, bits, type) {
    for (const member of spec.members) {
      if (member.kind !== "FieldDeclaration") continue;
      const inner = member.specifiers.type.kind === "StructSpecifier" ? member.specifiers.type : null;
      const hasMembers = inner !== null && inner.members !== null && depth > 0;
      if (member.declarators.length === 0 && hasMembers && inner.tag === null) {
        members(inner, path, depth - 1, values, bits, type);
      }
      for (const { declarator, width } of member.declarators) {
        if (declarator.name === null) continue;
        const name = path + declarator.name.name;
        if (width !== null) bits.push(name);
        else values.push(`__builtin_offsetof(${type}, ${name})`);
        if (hasMembers && declarator.parts.length === 0) {
          members(inner, `${name}.`, depth - 1, values, bits, type);
        }
      }
    }
  }

  /** Types that are defined anywhere inside a declaration of file scope. */
  function walk(node, seen) {
    if (node.kind === "StructSpecifier" && node.members !== null) {
      for (const member of node.members)
        if (member.kind === "FieldDeclaration") walk(member.specifiers.type, seen);
      record(node, seen);
    } else if (node.kind === "EnumSpecifier" && node.enumerators !== null) {
      for (const { name } of node.enumerators) enumerators.push(`(unsigned long)${name.name}`);
    }
  }

  const seen = new Set();
  for (const item of unit.items) if (item.kind === "Declaration") walk(item.specifiers.type, seen);
  if (enumerators.length > 0) add("unsigned long", `${PREFIX}enumerators[]`, `{ ${enumerators.join(", ")} }`);
  return {
    text: lines.join("\n"),
    names: objects.map((name) => name.replace("[]", "")),
    records,
    enumerators: enumerators.length,
  };
}

/** { records, enumerators, wrong: names of tables that differ }; null where gcc refuses the text. */
export function compareLayouts(name, text, port, flags, work) {
  const first = preprocess({ path: name, text }, { readFile: () => null }, { predefined: "none" });
  const { unit } = parse(first.tokens, port, first.diagnostics);
  const { text: added, names, records, enumerators } = tables(unit);
  const whole = `${text}\n${added}\n`;

  writeFileSync(join(work, "layout.c"), whole);
  const compiled = run("gcc", ["-w", ...flags, "-fno-lto", "-c", "-o", "layout.o", "layout.c"], work);
  if (compiled.status !== 0) return null;
  run(
    "objcopy",
    ["-O", "binary", "--set-section-flags", `${SECTION}=alloc`, "-j", SECTION, "layout.o", "layout.bin"],
    work,
  );
  const bytes = readFileSync(join(work, "layout.bin"));
  const theirs = new Map();
  for (const line of run("nm", ["-S", "layout.o"], work).stdout.split("\n")) {
    const [at, size, , symbol] = line.split(" ");
    if (symbol?.startsWith(PREFIX)) {
      theirs.set(
        symbol,
        bytes.subarray(Number.parseInt(at, 16), Number.parseInt(at, 16) + Number.parseInt(size, 16)),
      );
    }
  }

  const source = preprocess({ path: name, text: whole }, { readFile: () => null }, { predefined: "none" });
  const parsed = parse(source.tokens, port, source.diagnostics);
  const { tokens, pragmas, diagnostics: sink } = source;
  const { program } = check(parsed.unit, { tokens, pragmas, sink, macroNames: [] });
  const ours = new Map(program.objects.map((object) => [object.name, object]));
  const wrong = names.filter((symbol) => {
    const expected = theirs.get(symbol);
    const init = ours.get(symbol)?.init?.bytes ?? new Uint8Array();
    if (expected === undefined || init.length > expected.length) return true;
    return expected.some((byte, i) => byte !== (init[i] ?? 0));
  });
  const describe = (symbol) =>
    added.split("\n").find((line) => line.includes(`${symbol} `) || line.includes(`${symbol}[`));
  return { records, enumerators, wrong: wrong.map(describe) };
}

function run(command, argv, cwd) {
  return spawnSync(command, argv, { cwd, encoding: "utf8", maxBuffer: 1 << 30 });
}
