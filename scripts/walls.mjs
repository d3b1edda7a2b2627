// The architecture check: which room may import which. ARCHITECTURE.md draws the same arrows.
// Room-to-room imports go through the other room's door (api.ts), except in tests.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

// room -> rooms it may import; "type:" marks rooms of which only types may be imported.
const ROOMS = {
  patches: [],
  interpreter: [],
  kernel: ["type:interpreter"],
  src: ["patches", "interpreter", "kernel"],
  test: ["patches", "interpreter", "kernel", "src"],
};
// sub-room -> sub-rooms of the same room it must never import.
const NEVER = {
  "interpreter/source": ["cpp", "syntax", "sema", "ir", "lower", "machine", "watch"],
  "interpreter/decimal": ["source", "cpp", "syntax", "sema", "ir", "lower", "machine", "watch"],
  "interpreter/cpp": ["syntax", "sema", "ir", "lower", "machine", "watch"],
  "interpreter/syntax": ["sema", "ir", "lower", "machine", "watch"],
  "interpreter/sema": ["ir", "lower", "machine", "watch"],
  "interpreter/ir": ["syntax", "sema", "lower", "machine", "watch", "cpp"],
  "interpreter/lower": ["machine", "watch", "cpp"],
  "interpreter/machine": ["syntax", "sema", "lower", "cpp", "watch"],
  "interpreter/wasm": ["syntax", "sema", "lower", "cpp", "watch"],
  "interpreter/watch": ["syntax", "sema", "lower", "cpp"],
  "kernel/objects": ["rules"],
};
// Packages a room may import; the core runs in a browser, so Node's own modules stay in src.
const PACKAGES = {
  patches: ["diff", "node-diff3", "fflate"],
  interpreter: [],
  kernel: [],
  src: null,
  test: null,
};

const problems = [];
for (const room of Object.keys(ROOMS)) {
  for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    checkFile(room, join(entry.parentPath ?? entry.path, entry.name));
  }
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function checkFile(room, file) {
  const text = readFileSync(file, "utf8");
  const here = relative(root, file).split(sep).join("/");
  const pattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\s+from\s+)?["']([^"']+)["']/gm;
  for (const [, typeOnly, target] of text.matchAll(pattern)) {
    if (!target.startsWith(".")) {
      const allowed = PACKAGES[room];
      const name = target
        .split("/")
        .slice(0, target.startsWith("@") ? 2 : 1)
        .join("/");
      if (allowed && !allowed.includes(name)) problems.push(`${here}: ${room}/ must not import "${target}"`);
      continue;
    }
    const path = relative(root, resolve(dirname(file), target))
      .split(sep)
      .join("/");
    const other = path.split("/")[0];
    if (other !== room) {
      const rule = ROOMS[room];
      if (!rule.includes(other) && !(rule.includes(`type:${other}`) && typeOnly)) {
        problems.push(`${here}: ${room}/ must not import ${typeOnly ? "types from " : ""}${path}`);
      } else if (room !== "test" && path !== `${other}/api.js`) {
        problems.push(`${here}: enter ${other}/ by its door ${other}/api.js, not ${path}`);
      }
      continue;
    }
    const never = NEVER[here.split("/").slice(0, 2).join("/")] ?? [];
    if (never.includes(path.split("/")[1])) problems.push(`${here}: must not import ${path}`);
  }
}
