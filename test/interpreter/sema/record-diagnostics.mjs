// Records what gcc says about the cases of diagnostics.txt, and with -Wall about those of wall.txt: run by hand after a
// case was added.
//   node test/interpreter/sema/record-diagnostics.mjs
// A case is a line "=== name", its C, and the expected messages as "> line:column: severity: text [-Woption]". The
// messages of cases marked "=== name (ours)" differ from gcc's on purpose and are left alone.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

function record(name, flags) {
  const file = fileURLToPath(new URL(name, import.meta.url));
  const directory = mkdtempSync(join(tmpdir(), "diagnostics-"));
  const out = [];
  const text = readFileSync(file, "utf8");
  const [head, ...cases] = text.split(/^(?==== )/m);
  out.push(head);
  for (const one of cases) {
    const [title, ...lines] = one.trimEnd().split("\n");
    if (title.endsWith("(ours)")) {
      out.push(`${one.trimEnd()}\n\n`);
      continue;
    }
    const source = lines.filter((line) => !line.startsWith("> "));
    while (source.at(-1) === "") source.pop();
    writeFileSync(join(directory, "t.c"), `${source.join("\n")}\n`);
    const args = ["-std=gnu11", "-c", "-o", "/dev/null", "-fwrapv", ...flags, "t.c"];
    const run = spawnSync("gcc", args, {
      cwd: directory,
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    const messages = run.stderr
      .split("\n")
      .filter((line) => /^t\.c:\d+:\d+: /.test(line))
      .map((line) => `> ${line.slice("t.c:".length)}`);
    out.push(`${title}\n${source.join("\n")}\n${messages.join("\n")}\n\n`);
  }
  rmSync(directory, { recursive: true });
  writeFileSync(file, `${out.join("").trimEnd()}\n`);
}

record("diagnostics.txt", []);
// What the kernel asks for besides: that every fall through is told by an attribute. What we do not look for: what some
// path may leave unset.
const KERNEL = ["-Wall", "-Wimplicit-fallthrough=5"];
record("wall.txt", [...KERNEL, "-Wno-maybe-uninitialized"]);
